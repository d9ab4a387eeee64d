"""From a request's messages to the exact text a model reads: through its chat template, or as plain text.

The text is frozen: a template that asks for today's date gets the round's (lm-evaluation-harness #1841), and the
text alone is hashed in the plan. Base models get the same content as `Question: … Answer: …` blocks.
"""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from harness.canonical import sha256_json, sha256_text
from harness.errors import PromptError
from harness.types import Message

_LABELS = {"fr": ("Question :", "Réponse :"), "en": ("Question:", "Answer:")}


@dataclass(frozen=True, slots=True)
class PromptStyle:
    """How a submission is spoken to: all that turns messages into text."""

    kind: Literal["chat", "plain"]
    template: str = ""  # Jinja source of the chat template
    bos: str = ""  # text of the special tokens a template may name
    eos: str = ""
    date: str = "2026-01-01"  # what a template is told is today

    @property
    def digest(self) -> str:
        """Hash of everything here that can change a prompt."""
        return sha256_json(self)

    @property
    def delimiter(self) -> str:
        """What stands between a prompt and an option.

        A plain prompt ends with a colon and needs a space; a template brings its own separator
        (lm-evaluation-harness #2346).
        """
        return "" if self.kind == "chat" else " "

    @property
    def adds_special_tokens(self) -> bool:
        """Whether the tokenizer must add its special tokens: a template has written them already (#3333)."""
        return self.kind == "plain"

    def stops(self, language: str) -> tuple[str, ...]:
        """Strings that show that a base model has gone on to a next question."""
        return () if self.kind == "chat" else ("\n" + _LABELS[language][0],)

    def render(self, messages: Sequence[Message], language: str) -> str:
        """The exact prompt text; PromptError when the template refuses the messages."""
        return self._chat(messages) if self.kind == "chat" else _plain(messages, language)

    def _chat(self, messages: Sequence[Message]) -> str:
        template = _compile(self.template, self.date)
        turns = [{"role": m.role, "content": m.content} for m in messages]
        try:
            return self._apply(template, turns)
        except PromptError:
            folded = _fold_system(turns)  # some templates know no system role: the first question carries it
            if folded == turns:
                raise
            return self._apply(template, folded)

    def _apply(self, template: Callable[..., str], turns: list[dict[str, str]]) -> str:
        try:
            return template(
                messages=turns,
                tools=None,  # given as transformers gives them: a template may ask whether they are none
                documents=None,
                add_generation_prompt=True,
                bos_token=self.bos,
                eos_token=self.eos,
            )
        except Exception as error:  # a template is a team's program: whatever it raises is its refusal
            raise PromptError(
                f"the chat template refuses the messages: {type(error).__name__}: {error}",
                remedy="mend the template, or declare `prompting: plain`",
            ) from error


def read_style(folder: Path, kind: Literal["chat", "plain"], date: str) -> PromptStyle:
    """The style of a checkpoint folder: its chat template and the texts of its special tokens.

    PromptError when `chat` is asked of a checkpoint without a template.
    """
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    separate = folder / "chat_template.jinja"
    template = separate.read_text(encoding="utf-8") if separate.exists() else settings.get("chat_template") or ""
    if kind == "plain":
        return PromptStyle("plain", date=date)
    if not isinstance(template, str) or not template:
        remedy = "declare `prompting: plain`, or add chat_template.jinja"
        raise PromptError("the checkpoint has no chat template", where=folder.name, remedy=remedy)
    return PromptStyle("chat", template, _token_text(settings, "bos_token"), _token_text(settings, "eos_token"), date)


def _token_text(settings: dict[str, Any], key: str) -> str:
    token = settings.get(key) or ""
    return str(token.get("content", "")) if isinstance(token, dict) else str(token)


def prompt_sha256(text: str) -> str:
    """Hash of a prompt text, as plans and completions carry it."""
    return sha256_text(text)


def _plain(messages: Sequence[Message], language: str) -> str:
    question, answer = _LABELS[language]
    form = {"system": ("", "\n\n"), "user": (f"{question} ", f"\n{answer}"), "assistant": (" ", "\n\n")}
    return "".join(form[m.role][0] + m.content + form[m.role][1] for m in messages)


def _fold_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    if len(turns) < 2 or turns[0]["role"] != "system":
        return turns
    first = {"role": "user", "content": f"{turns[0]['content']}\n\n{turns[1]['content']}"}
    return [first, *turns[2:]]


@functools.lru_cache(maxsize=16)
def _compile(source: str, date: str) -> Callable[..., str]:
    """Compile a template as transformers does, but for the date, which is frozen."""
    import jinja2

    environment = _environment()
    environment.globals["strftime_now"] = datetime.datetime.fromisoformat(date).strftime
    try:
        render: Callable[..., str] = environment.from_string(source).render
    except (jinja2.TemplateError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise PromptError(
            f"the chat template does not parse: {error}",
            where=f"line {line}" if line else "",
            remedy="mend the template, or declare `prompting: plain`",
        ) from error
    return render


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
