"""An entry that declares chat prompting brings a chat template that parses."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.intake.strict import RefusedError, decode, read_bounded
from harness.types import Finding

FILE = "chat_template.jinja"
_LIMIT = 64 * 1024

CODES = {
    "chat.no-template": "Chat prompting is declared and the checkpoint has no chat template.",
    "chat.template": "The chat template does not parse, is larger than 64 kB, or is not UTF-8 text.",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Find the template and parse it; nothing is rendered."""
    if dossier.declared("prompting", str) != "chat" or dossier.checkpoint is None:
        return
    try:
        source = find_template(dossier)
        if source is None:
            remedy = f"add {FILE} to the checkpoint, or declare `prompting: plain`"
            yield finding("chat.no-template", "checkpoint", "no chat template", remedy)
        else:
            _parse(source)
    except RefusedError as error:
        yield finding("chat.template", FILE, error.what, "mend the template, or declare `prompting: plain`")


def find_template(dossier: Dossier) -> str | None:
    """The template in its own file, else in the tokenizer's configuration, as transformers looks for it."""
    entry = dossier.tree.entries.get(FILE)
    if entry and entry.kind == "file":
        try:
            return decode(read_bounded(entry.path, _LIMIT))
        except OSError as error:
            raise RefusedError("unreadable", f"cannot be read: {error.strerror}") from error
    template = dossier.json_object("tokenizer_config.json").get("chat_template")
    return template if isinstance(template, str) and template else None


def _parse(source: str) -> None:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    if len(source) > _LIMIT:
        raise RefusedError("too-large", f"the template is longer than {_LIMIT:,} characters")
    environment = ImmutableSandboxedEnvironment(extensions=["jinja2.ext.loopcontrols"])
    try:
        environment.parse(source)
    except jinja2.TemplateSyntaxError as error:
        raise RefusedError("syntax", f"line {error.lineno}: {error.message}") from error
    except RecursionError as error:
        raise RefusedError("too-deep", "the template is nested too deeply") from error


CHECK = Check("chat template", CODES, run)
