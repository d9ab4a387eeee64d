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
    entry.change("tokenizer_config.json", chat_template="{% for m in messages %}{{ m.content }};{% endfor %}")
    assert entry.codes() == []


@pytest.mark.parametrize("source", ["{% for %}", "{{ a", "x" * 70_000, b"\xff", "{{ " + "(" * 30_000 + " }}"])
def test_a_template_that_does_not_parse_is_refused(entry: Any, source: Any) -> None:
    """Bad syntax, size, encoding and nesting are findings, not crashes."""
    entry.put("chat_template.jinja", source)
    assert entry.codes() == ["chat.template"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        " ",
        "hello",
        "{{ messages[0].content }}",
        "{{ raise_exception('no') }}",
        "{% for m in messages|reverse %}{{ m.content }}{% endfor %}",
        "{% for m in messages %}{{ m.content|upper }}{{ m.content }}{% endfor %}",
    ],
)
def test_a_template_that_does_not_pass_messages_on_is_refused(entry: Any, source: str) -> None:
    """Empty, dropping, doubling, reordering or refusing: the engine would refuse it, so the intake does."""
    entry.put("chat_template.jinja", source)
    (found,) = entry.check().findings
    assert found.code == ("chat.template" if source else "chat.no-template")
    assert found.remedy


def test_an_empty_file_hides_the_other_template(entry: Any) -> None:
    """The file comes first for the engine too: an empty one is no template, whatever the configuration holds."""
    entry.put("chat_template.jinja", "")
    entry.change("tokenizer_config.json", chat_template=(entry.checkpoint / "config.json").read_text())
    assert entry.codes() == ["chat.no-template"]


def test_what_the_engine_accepts_is_accepted(entry: Any) -> None:
    """Generation marks and a template that knows no system role are fine in a round, hence here."""
    loop = "{% for m in messages %}<{{ m.role }}>{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}"
    entry.put(
        "chat_template.jinja", "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}" + loop
    )
    assert entry.codes() == []


def test_a_template_without_end_is_refused(entry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stopped by the limit on processor time and becomes a finding."""
    monkeypatch.setattr("harness.frame._SECONDS", 1)
    entry.put("chat_template.jinja", "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
    assert entry.codes() == ["chat.template"]
