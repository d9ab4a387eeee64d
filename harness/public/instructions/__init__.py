"""Instructions that a program can check: the rules of IFEval, M-IFEval and IFBench, and texts that follow them.

Each kind of instruction has one rule, `(text, settings) -> bool`, in the file of its group; `verdict` puts them
together, and `witness` builds a text that follows given instructions, which proves that they can be followed.
"""

from harness.public.instructions.verdict import RULES, Verdict, follows, judged, verdict

__all__ = ["RULES", "Verdict", "follows", "judged", "verdict"]
