"""`configs/notify/`: every choice composes, and reads into channels once what is left open is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config import compose, names_of
from harness.errors import UnknownNameError
from harness.notify import Mail, Webhook, read_channels

SAID = {
    "none": [],
    "webhook": ["notify.webhook.url=https://example.org/hook"],
    "mail": ["notify.mail.host=h", "notify.mail.sender=a@b.org", "notify.mail.to=[c@d.org]"],
}


@pytest.fixture
def configs(workspace: Path) -> Path:
    """The project's configurations, in which nobody is told unless asked for."""
    root = workspace / "configs/config.yaml"
    text = root.read_text()
    if "- notify:" not in text:
        root.write_text(text.replace("  - tracking: sqlite\n", "  - tracking: sqlite\n  - notify: none\n"))
    return workspace / "configs"


@pytest.mark.parametrize("choice", sorted(SAID))
def test_every_choice_reads_into_its_channels(choice: str, configs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the files is unknown to the code."""
    monkeypatch.setenv("DEFI_WEBHOOK_SECRET", "s")
    settings = compose(configs, configs.parent / "runs", "demo", [f"notify={choice}", *SAID[choice]])
    kinds = {"none": [], "webhook": [Webhook], "mail": [Mail]}[choice]
    assert [type(one) for one in read_channels(settings.notify)] == kinds
    assert names_of(configs, "notify") == sorted(SAID)


def test_nobody_is_told_unless_asked_for(configs: Path) -> None:
    """The default has no channel; a wrong choice lists the right ones."""
    assert read_channels(compose(configs, configs.parent / "runs", "demo").notify) == ()
    with pytest.raises(UnknownNameError, match="webhook"):
        compose(configs, configs.parent / "runs", "demo", ["notify=webhok"])
