"""From a request's messages to the exact text a model reads: through its chat template, or as plain text.

The text is frozen: a template that asks for today's date gets the round's (lm-evaluation-harness #1841), and the
text alone is hashed in the plan. Base models get the same content as `Question: … Answer: …` blocks.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from harness.canonical import sha256_json, sha256_text
from harness.errors import PromptError
from harness.frame import render_frame
from harness.types import Message

_LABELS = {  # by language of the question
    "fr": ("Question :", "Réponse :"),
    "en": ("Question:", "Answer:"),
    "de": ("Frage:", "Antwort:"),
    "es": ("Pregunta:", "Respuesta:"),
    "it": ("Domanda:", "Risposta:"),
    "nl": ("Vraag:", "Antwoord:"),
    "pl": ("Pytanie:", "Odpowiedź:"),
    "pt": ("Pergunta:", "Resposta:"),
}


@dataclass(frozen=True, slots=True)
class PromptStyle:
    """How a submission is spoken to: all that turns messages into text."""

    kind: Literal["chat", "plain", "verbatim"]  # verbatim: the contents as they are, of prompts written elsewhere
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
        return " " if self.kind == "plain" else ""

    @property
    def adds_special_tokens(self) -> bool:
        """Whether the tokenizer must add its special tokens: a template has written them already (#3333)."""
        return self.kind != "chat"

    def stops(self, language: str) -> tuple[str, ...]:
        """Strings that show that a base model has gone on to a next question."""
        return ("\n" + _LABELS[language][0],) if self.kind == "plain" else ()

    def of(self, messages: Sequence[Message]) -> PromptStyle:
        """The style of these messages: a verbatim one is the prompt as it is, whatever the submission's style."""
        return PromptStyle("verbatim", date=self.date) if any(m.role == "verbatim" for m in messages) else self

    def render(self, messages: Sequence[Message], language: str) -> str:
        """The exact prompt text; PromptError when the template refuses the messages."""
        if self.of(messages).kind == "verbatim":
            return "".join(message.content for message in messages)
        return self._chat(messages) if self.kind == "chat" else _plain(messages, language)

    def _chat(self, messages: Sequence[Message]) -> str:
        frame = _frame(self.template, self.bos, self.eos, self.date, tuple(m.role for m in messages))
        parts = [part for pair in zip(frame, [*(m.content for m in messages), ""], strict=True) for part in pair]
        return "".join(parts)


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


@functools.lru_cache(maxsize=64)
def _frame(template: str, bos: str, eos: str, date: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    """What a template writes before, between and after the contents of messages with these roles.

    A template is a team's program. It is rendered over placeholders only, each of which it must write once, as it is
    and in order: it wraps messages, and cannot read, answer, drop or change them.
    """
    places = [f"CONTENT{n:03d}OF{len(roles):03d}" for n in range(len(roles))]
    turns = [{"role": role, "content": place} for role, place in zip(roles, places, strict=True)]
    variables = {"bos_token": bos, "eos_token": eos}
    try:
        text = render_frame(template, variables, turns, date)
    except PromptError:
        folded = _fold_system(turns)  # some templates know no system role: the first question carries it
        if folded == turns:
            raise
        text = render_frame(template, variables, folded, date)
    parts = []
    for place in places:
        before, found, text = text.partition(place)
        if not found or place in text:
            raise PromptError(
                "the chat template does not write every message once, as it is and in order",
                remedy="a template wraps messages and leaves them alone; mend it, or declare `prompting: plain`",
            )
        parts.append(before)
    return (*parts, text)


def _fold_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    if len(turns) < 2 or turns[0]["role"] != "system":
        return turns
    first = {"role": "user", "content": f"{turns[0]['content']}\n\n{turns[1]['content']}"}
    return [first, *turns[2:]]
