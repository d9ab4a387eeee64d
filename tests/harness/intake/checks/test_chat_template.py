from __future__ import annotations

from typing import Any

import pytest


def test_chat_without_a_template_is_refused(entry: Any) -> None:
    """Declaring chat prompting needs a template."""
    (entry.checkpoint / "chat_template.jinja").unlink()
    assert entry.codes() == ["chat.no-template"]


def test_plain_needs_none(entry: Any) -> None:
    """A base model is prompted plainly."""
    (entry.checkpoint / "chat_template.jinja").unlink()
    entry.manifest["prompting"] = "plain"
    assert entry.codes() == []


def test_a_template_in_the_tokenizer_configuration_counts(entry: Any) -> None:
    """The older place of the template is read too."""
    (entry.checkpoint / "chat_template.jinja").unlink()
    entry.change("tokenizer_config.json", chat_template="{{ messages[0].content }}")
    assert entry.codes() == []


@pytest.mark.parametrize("source", ["{% for %}", "{{ a", "x" * 70_000, b"\xff", "{{ " + "(" * 30_000 + " }}"])
def test_a_template_that_does_not_parse_is_refused(entry: Any, source: Any) -> None:
    """Bad syntax, size, encoding and nesting are findings, not crashes."""
    entry.put("chat_template.jinja", source)
    assert entry.codes() == ["chat.template"]


def test_a_template_is_never_rendered(entry: Any) -> None:
    """A template that would loop for ever is only parsed."""
    entry.put("chat_template.jinja", "{% for a in range(10**9) %}{% for b in range(10**9) %}{% endfor %}{% endfor %}")
    assert entry.codes() == []
