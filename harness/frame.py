"""A chat template rendered in a child process with limits: it is a team's program, and never sees a question.

What the child is given are placeholders; the parent puts the real contents in their place. So a template can wrap
messages, and can neither look at them nor answer them. Run as `python -m harness.frame`: JSON in, JSON out.
"""

from __future__ import annotations

import datetime
import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from harness.errors import PromptError

_SECONDS = 10  # of processor time; a template takes milliseconds
_MEMORY = 1 << 30  # bytes of address space
_LONGEST = 1 << 20  # characters of a frame
_REMEDY = "mend the template, or declare `prompting: plain`"


def render_frame(template: str, variables: dict[str, str], turns: Sequence[dict[str, str]], date: str) -> str:
    """The text that a template makes of `turns`; PromptError when it refuses, hangs or grows without bound."""
    given = json.dumps(
        {"template": template, "variables": variables, "turns": list(turns), "date": date, "seconds": _SECONDS}
    )
    command = [sys.executable, "-I", "-c", "from harness.frame import main; main()"]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            command, input=given, capture_output=True, text=True, timeout=3 * _SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PromptError("the chat template does not come to an end", remedy=_REMEDY) from error
    if done.returncode != 0:
        what = f"the chat template takes more than {_SECONDS} s or {_MEMORY >> 20} MiB"
        raise PromptError(what, remedy=_REMEDY)
    answer: dict[str, str] = json.loads(done.stdout)
    if "error" in answer:
        raise PromptError(answer["error"], where=answer.get("where", ""), remedy=_REMEDY)
    return answer["text"]


def main() -> None:
    """The child: read a template and placeholders, write the text or why there is none."""
    given = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (given["seconds"], given["seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    json.dump(_render(given), sys.stdout)


def _render(given: dict[str, Any]) -> dict[str, str]:
    import jinja2

    environment = _environment()
    environment.globals["strftime_now"] = datetime.datetime.fromisoformat(given["date"]).strftime
    try:
        compiled = environment.from_string(given["template"])
    except (jinja2.TemplateError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        return {"error": f"the chat template does not parse: {error}", "where": f"line {line}" if line else ""}
    try:
        text = compiled.render(
            messages=given["turns"],
            tools=None,  # given as transformers gives them: a template may ask whether they are none
            documents=None,
            add_generation_prompt=True,
            **given["variables"],
        )
    except Exception as error:  # whatever a team's program raises is its refusal
        return {"error": f"the chat template refuses the messages: {type(error).__name__}: {error}"[:500]}
    return {"text": text} if len(text) <= _LONGEST else {"error": f"the chat template writes {len(text)} characters"}


def _environment() -> Any:
    """The sandbox of transformers (`_cached_compile_jinja_template`): trimmed blocks and a few names of its own."""
    import jinja2
    import jinja2.ext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Generation(jinja2.ext.Extension):
        """`{% generation %}` marks what a model wrote, for training; the text stays as it is."""

        tags = {"generation"}  # noqa: RUF012 - jinja2's own declaration

        def parse(self, parser: Any) -> Any:
            line = next(parser.stream).lineno
            body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
            return jinja2.nodes.Scope(body).set_lineno(line)

    def raise_exception(message: str) -> None:
        raise jinja2.TemplateError(message)

    def new_dict(*args: Any, **kwargs: Any) -> dict[Any, Any]:
        return dict(*args, **kwargs)

    def tojson(
        value: Any, ensure_ascii: bool = False, indent: Any = None, separators: Any = None, sort_keys: bool = False
    ) -> str:
        return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = tojson
    environment.globals |= {"raise_exception": raise_exception, "dict": new_dict}
    return environment
