"""A webhook signs, an e-mail is encrypted, and what fails says whether another try can help."""

from __future__ import annotations

import email.policy
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from receivers import MailServer, WebServer, free_port

from harness.errors import UsageError
from harness.notify import Mail, NotSentError, Webhook, read_channels, round_event, signature

EVENT = round_event("spring", "closed", "2026-11-22T12:00:00+00:00")
OTHER = round_event("spring", "drawn", "2026-11-22T13:00:00+00:00")
SECRET = b"open sesame"


def mail(server: MailServer, **changes: Any) -> Mail:
    facts = {"host": "localhost", "port": server.port, "sender": "defi@example.org", "ca": str(server.certificate)}
    return Mail(**{**facts, "to": ("a@example.org", "b@example.org"), "timeout": 5.0, **changes})


def test_a_post_is_signed_and_says_what_happened() -> None:
    """The signature is over time and body, and anyone with the secret computes it again."""
    with WebServer() as server:
        Webhook(server.url, SECRET).send([EVENT])
    (post,) = server.got
    said = json.loads(post.body)
    assert {key: said[key] for key in ("schema", "kind", "round", "state", "words")} == {
        "schema": "grand-defi/event/1",
        "kind": "round",
        "round": "spring",
        "state": "closed",
        "words": {"fr": "close", "en": "closed"},
    }
    signed = post.headers["X-Defi-Timestamp"].encode() + b"." + post.body
    expected = hmac.new(SECRET, signed, hashlib.sha256).hexdigest()
    assert post.headers["X-Defi-Signature"] == f"sha256={expected}"
    assert post.headers["X-Defi-Delivery"] == said["key"] == EVENT.key
    assert SECRET not in post.body
    assert signature(b"other", post.headers["X-Defi-Timestamp"], post.body) != expected


@pytest.mark.parametrize(
    ("code", "final"), [(500, False), (503, False), (429, False), (408, False), (400, True), (404, True), (410, True)]
)
def test_an_answer_says_whether_to_try_again(code: int, final: bool) -> None:
    """A server's trouble passes, a refusal does not; neither says the address."""
    with WebServer([code]) as server, pytest.raises(NotSentError, match=str(code)) as caught:
        Webhook(server.url, SECRET).send([EVENT])
    assert caught.value.final is final
    assert str(server.port) not in str(caught.value)


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirection_is_not_followed(code: int) -> None:
    """What is signed goes to the address that is configured, and to no other."""
    with WebServer([code]) as server, pytest.raises(NotSentError, match=str(code)):
        Webhook(server.url, SECRET).send([EVENT])
    assert len(server.got) == 1


def test_who_is_not_there_may_be_later() -> None:
    """Nothing listens, or it answers too late: not final, for webhook and e-mail."""
    with WebServer(delay=1.0) as server, pytest.raises(NotSentError) as late:
        Webhook(server.url, SECRET, timeout=0.1).send([EVENT])
    with pytest.raises(NotSentError) as dead:
        Webhook(f"http://127.0.0.1:{free_port()}/", SECRET).send([EVENT])
    with pytest.raises(NotSentError) as no_mail:
        Mail("127.0.0.1", free_port(), "a@b.org", ("c@d.org",)).send([EVENT])
    assert not any(caught.value.final for caught in (late, dead, no_mail))


def test_an_e_mail_goes_to_all_in_both_languages_over_tls(tmp_path: Path) -> None:
    """The server takes nothing in the open and only from its user; accents arrive."""
    with MailServer(tmp_path, password="s3cret") as server:
        mail(server, user="round", password="s3cret").send([EVENT, OTHER])
    (message,) = server.got
    assert server.to == [["a@example.org", "b@example.org"]]
    assert message["Subject"] == "[Grand Défi] spring\u00a0: 2 événements / 2 events"
    text = message.get_content()
    for line in ("La manche spring\u00a0: close.", "questions tirées au sort", "The round spring: drawn."):
        assert line in text
    assert message["Message-ID"] == f"<{EVENT.key}.2@grand-defi.invalid>"
    assert message.policy is email.policy.default


def test_what_a_mail_server_refuses(tmp_path: Path) -> None:
    """A wrong password may be mended, a certificate nobody knows is not accepted, a refused addressee is told."""
    (tmp_path / "other").mkdir()
    with MailServer(tmp_path, password="s3cret") as server:
        with pytest.raises(NotSentError, match="535") as wrong:
            mail(server, user="round", password="guess").send([EVENT])
        with pytest.raises(NotSentError, match="SSLCertVerificationError") as unknown:
            mail(server, ca="", user="round", password="s3cret").send([EVENT])
        with pytest.raises(NotSentError, match="530"):
            mail(server, starttls=False).send([EVENT])
        assert server.got == []
    assert not wrong.value.final
    assert not unknown.value.final
    with MailServer(tmp_path / "other", refused="b@example.org") as server:
        with pytest.raises(NotSentError, match="1 of 2 addressees") as one:
            mail(server).send([EVENT])
        assert len(server.got) == 1
    assert one.value.final


def test_channels_are_read_from_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets come from the environment variables that are named."""
    monkeypatch.setenv("HOOK", "open sesame")
    monkeypatch.setenv("POST", "s3cret")
    hook = {"url": "https://example.org", "secret": "HOOK", "timeout": 10, "patience": 72}
    post = {
        "host": "h",
        "port": 587,
        "sender": "a@b.org",
        "to": ["c@d.org"],
        "user": "u",
        "password": "POST",
        "ca": None,
    }
    webhook, mail_ = read_channels({"events": ["alarm"], "webhook": hook, "mail": post})
    assert isinstance(webhook, Webhook)
    assert isinstance(mail_, Mail)
    assert (webhook.secret, mail_.password, mail_.to) == (b"open sesame", "s3cret", ("c@d.org",))
    assert read_channels({"events": [], "webhook": None, "mail": None}) == ()
    assert read_channels({}) == ()


@pytest.mark.parametrize(
    ("configured", "said"),
    [
        ({"sms": {}}, "unknown keys"),
        ({"events": ["everything"]}, "unknown kind"),
        ({"webhook": {"url": "file:///etc/passwd", "secret": "HOOK"}}, "https"),
        ({"webhook": {"url": "https://x", "secret": "ABSENT"}}, "'ABSENT' is not set"),
        ({"webhook": {"url": "https://x"}}, "is not set"),
        ({"webhook": {"url": "https://x", "secret": "HOOK", "colour": 1}}, "colour"),
        ({"mail": {"host": "h", "port": 1, "sender": "a@b.org", "to": "c@d.org"}}, "list of addresses"),
        ({"mail": {"host": "h", "port": 1, "sender": "a@b.org", "to": ["c@d.org\nBcc: x@y.org"]}}, "addresses"),
        (
            {"mail": {"host": "h", "port": 1, "sender": "a@b.org", "to": ["c@d.org"], "user": "u", "starttls": False}},
            "never sent in the open",
        ),
    ],
)
def test_a_wrong_configuration_is_refused(
    configured: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the round begins, in words, and never with the secret."""
    monkeypatch.setenv("HOOK", "open sesame")
    with pytest.raises(UsageError, match=said) as caught:
        read_channels(configured)
    assert "sesame" not in str(caught.value)
