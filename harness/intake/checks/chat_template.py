"""An entry that declares chat prompting brings a chat template that wraps messages as the engine will ask it to.

The template is rendered by `harness.prompt` itself, over placeholders, in a child process with limits: what passes here
is what a round accepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.errors import PromptError
from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.strict import RefusedError, decode, read_bounded
from harness.prompt import read_style
from harness.types import Finding, Message

FILE = "chat_template.jinja"
_LIMIT = 64 * 1024
_ROLES = ("system", "user", "assistant", "user")  # an instruction, a worked example, a question
_REMEDY = "mend the template, or declare `prompting: plain`"

CODES = {
    "chat.no-template": "Chat prompting is declared and the checkpoint has no chat template, or an empty one.",
    "chat.template": (
        "The chat template is larger than 64 kB, is not UTF-8 text, does not parse or end, or does not write every "
        "message once and in order."
    ),
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Find the template, bound it, and have the engine's own code render it."""
    if dossier.declared("prompting", str) != "chat" or dossier.checkpoint is None:
        return
    entry = dossier.tree.entries.get(FILE)
    settings = dossier.json_files.get("tokenizer_config.json", {})
    if (entry and entry.kind != "file") or FILE in dossier.pointers or not isinstance(settings, dict):
        return  # `paths`, `file_bytes` and `json_files` report it, and nothing may open it
    try:
        source = _source(dossier)
        if not source:
            remedy = f"add {FILE} to the checkpoint, or declare `prompting: plain`"
            yield finding("chat.no-template", "checkpoint", "no chat template, or an empty one", remedy)
        else:
            _render(dossier.checkpoint)
    except RefusedError as error:
        yield finding("chat.template", FILE, error.what, _REMEDY)
    except PromptError as error:
        where = f"{FILE}: {error.where}" if error.where else FILE
        yield finding("chat.template", where, error.what, error.remedy or _REMEDY)


def _source(dossier: Dossier) -> str | None:
    """The template's text where the engine looks for it: its own file, else the tokenizer's configuration."""
    entry = dossier.tree.entries.get(FILE)
    if entry:
        try:
            return decode(read_bounded(entry.path, _LIMIT))
        except OSError as error:
            raise RefusedError("unreadable", f"cannot be read: {error.strerror}") from error
    template = dossier.json_object("tokenizer_config.json").get("chat_template")
    if isinstance(template, str) and len(template) > _LIMIT:
        raise RefusedError("too-large", f"the template is longer than {_LIMIT:,} characters")
    return template if isinstance(template, str) else None


def _render(folder: Path) -> None:
    messages = [Message(role, f"message {number}") for number, role in enumerate(_ROLES)]  # type: ignore[arg-type]
    read_style(folder, "chat", "2026-01-01").render(messages, "en")


CHECK = Check("chat template", CODES, run)
