"""lm-eval's words in ours: pairs of context and continuation, options of generation.

What lm-eval 0.4.13 does with each is said beside it; the bridge (an engine as an lm-eval model) and the task source
(an lm-eval task as one of ours) agree because both go through here. Nothing here imports lm-eval.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.errors import EngineError
from harness.types import Json, Sampling

_BUDGETS = ("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens")  # lm-eval's order of precedence
_BUDGET = 256  # lm-eval's own, where a task names none
_WITHOUT_EFFECT = ("top_p", "top_k", "min_p")  # on greedy decoding
_KNOWN = {"until", "do_sample", "temperature", *_BUDGETS, *_WITHOUT_EFFECT}


def split_pair(context: str, continuation: str) -> tuple[str, str]:
    """Move the white space that ends a context to the beginning of its continuation (lm-eval's `_encode_pair`)."""
    kept = context.rstrip()
    return kept, context[len(kept) :] + continuation


def sampling_of(options: Mapping[str, Json], where: str = "") -> Sampling:
    """What lm-eval's `generation_kwargs` ask for; EngineError for anything but greedy decoding.

    Like lm-eval: sampling is meant by `do_sample: true`, or by a temperature where `do_sample` is not given; the
    budget has four names; it is 256 tokens where none is given.
    """
    if unknown := sorted(options.keys() - _KNOWN):
        remedy = f"valid: {', '.join(sorted(_KNOWN))}"
        raise EngineError(f"the generation options {unknown} have no meaning here", where=where, remedy=remedy)
    asked, temperature = options.get("do_sample"), float(options.get("temperature") or 0.0)
    if asked or (asked is None and temperature > 0):
        remedy = "set `do_sample: false`, or take the task's greedy sibling"
        raise EngineError("the task wants sampled answers; ours are greedy", where=where, remedy=remedy)
    given = [options[name] for name in _BUDGETS if options.get(name) is not None]
    return Sampling(max_new_tokens=int(given[0] if given else _BUDGET), stop=_stops(options.get("until"), where))


def _stops(until: Json, where: str) -> tuple[str, ...]:
    stops = (until,) if isinstance(until, str) else tuple(until or ())
    if not all(isinstance(stop, str) and stop for stop in stops):
        raise EngineError(f"`until` is {until!r}: every stop is a text that is not empty", where=where)
    return stops
