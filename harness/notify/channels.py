"""Ways to tell an event: a signed POST, an e-mail. A channel sends once; trying again is the courier's."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import os
import smtplib
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Protocol, TypeVar

from harness.canonical import dumps, plain
from harness.errors import DefiError, UsageError
from harness.notify.events import KINDS, Event
from harness.notify.texts import body, subject, words
from harness.types import Json

SCHEMA = "grand-defi/event/1"
_PASSING = (408, 425, 429)  # of the answers 4xx, those that another try may mend
_MANY = 50  # events in one e-mail

T = TypeVar("T")


class NotSentError(DefiError):
    """A channel could not tell something; `final` where another try cannot help. Holds no address and no secret."""

    def __init__(self, what: str, *, final: bool = False) -> None:
        """`what`: in words that may stand in the outbox."""
        super().__init__(what, remedy="see docs/tracking.md, Notifications")
        self.final = final


class Channel(Protocol):
    """One way to tell."""

    @property
    def name(self) -> str:
        """As the outbox knows it."""

    @property
    def most(self) -> int:
        """Events that it tells at once."""

    @property
    def gather(self) -> float:
        """Seconds that it waits for more of them."""

    @property
    def patience(self) -> float:
        """Hours after which an event that could not be told is given up."""

    def send(self, events: Sequence[Event]) -> None:
        """Tell; NotSentError where that failed."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """An address that has moved is an error: what is signed goes where it was meant to."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """POST as JSON, signed: `X-Defi-Signature: sha256=HMAC(secret, timestamp.body)`."""

    url: str
    secret: bytes
    timeout: float = 10.0
    patience: float = 72.0
    name: str = "webhook"
    most: int = 1
    gather: float = 0.0

    def send(self, events: Sequence[Event]) -> None:
        """Tell one event; 2xx is success."""
        (event,) = events
        french, english = words(event.state)
        said = {"schema": SCHEMA, "key": event.key, **plain(event), "words": {"fr": french, "en": english}}
        data, now = dumps(said).encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "grand-defi",
            "X-Defi-Delivery": event.key,
            "X-Defi-Timestamp": now,
            "X-Defi-Signature": f"sha256={signature(self.secret, now, data)}",
        }
        request = urllib.request.Request(self.url, data, headers)  # noqa: S310  # http or https, by read_channels
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=self.timeout):
                return
        except urllib.error.HTTPError as error:
            final = error.code < 500 and error.code not in _PASSING
            error.close()
            raise NotSentError(f"the receiver answered {error.code}", final=final) from None
        except (OSError, http.client.HTTPException, ValueError) as error:  # its words could hold the address
            raise NotSentError(f"the receiver cannot be reached ({type(error).__name__})") from None


def signature(secret: bytes, timestamp: str, data: bytes) -> str:
    """Hex HMAC-SHA256 over timestamp, a point and the body, as the receiver computes it again."""
    return hmac.new(secret, timestamp.encode() + b"." + data, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Mail:
    """E-mail through a server of one's own, French and English in one text."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    starttls: bool = True
    ca: str = ""
    user: str = ""
    password: str = ""
    timeout: float = 30.0
    patience: float = 72.0
    gather: float = 60.0
    name: str = "mail"
    most: int = _MANY

    def send(self, events: Sequence[Event]) -> None:
        """Tell events in one message, known by its Message-ID."""
        message = EmailMessage()
        message["From"], message["To"] = self.sender, ", ".join(self.to)
        message["Subject"], message["Date"] = subject(events), formatdate()
        message["Message-ID"] = f"<{events[0].key}.{len(events)}@grand-defi.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body(events))
        try:
            with smtplib.SMTP(self.host, self.port, timeout=self.timeout) as server:
                if self.starttls:
                    server.starttls(context=ssl.create_default_context(cafile=self.ca or None))
                if self.user:
                    server.login(self.user, self.password)
                refused = server.send_message(message)
        except smtplib.SMTPResponseException as error:
            final = error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError)
            raise NotSentError(f"the mail server answered {error.smtp_code}", final=final) from None
        except (OSError, smtplib.SMTPException) as error:  # its words could hold an address
            raise NotSentError(f"the mail server cannot be used ({type(error).__name__})") from None
        if refused:
            raise NotSentError(f"{len(refused)} of {len(self.to)} addressees were refused", final=True)


def read_channels(configured: Mapping[str, Json]) -> tuple[Channel, ...]:
    """The channels of a `notify` configuration; UsageError says which key is wrong or which variable is not set."""
    unknown = sorted(configured.keys() - {"events", "webhook", "mail"})
    if unknown or set(configured.get("events", ())) - set(KINDS):
        valid = f"valid: events (a list of {', '.join(KINDS)}), webhook, mail"
        raise UsageError(f"unknown keys {unknown}, or an unknown kind of event", where="notify", remedy=valid)
    found: list[Channel] = []
    if hook := configured.get("webhook"):
        found.append(_webhook(dict(hook)))
    if mail := configured.get("mail"):
        found.append(_mail(dict(mail)))
    return tuple(found)


def _webhook(raw: dict[str, Json]) -> Webhook:
    where = "notify.webhook"
    if not str(raw.get("url", "")).startswith(("http://", "https://")):
        raise UsageError("`url` must begin with https:// or http://", where=where)
    raw["secret"] = _from_environment(raw.get("secret"), f"{where}.secret").encode()
    return _made(Webhook, raw, where)


def _mail(raw: dict[str, Json]) -> Mail:
    where = "notify.mail"
    if not isinstance(raw.get("to"), list) or not raw["to"]:
        raise UsageError("`to` must be a list of addresses", where=where)
    raw["to"] = tuple(str(one) for one in raw["to"])
    if any(not one.isprintable() or "@" not in one for one in (*raw["to"], str(raw.get("sender", "")))):
        raise UsageError("`sender` and `to` must be addresses", where=where)
    if raw.get("user"):
        if not raw.get("starttls", True):
            raise UsageError("a password is never sent in the open", where=where, remedy="starttls: true, or no `user`")
        raw["password"] = _from_environment(raw.get("password"), f"{where}.password")
    return _made(Mail, {key: value for key, value in raw.items() if value is not None}, where)


def _made(kind: Callable[..., T], raw: Mapping[str, Json], where: str) -> T:
    try:
        return kind(**raw)
    except TypeError as error:
        raise UsageError(str(error).partition("() ")[2], where=where, remedy="see configs/notify/") from error


def _from_environment(name: Json, where: str) -> str:
    if value := os.environ.get(str(name)):
        return value
    remedy = "the configuration names the variable; set it where the round runs, and nowhere in a file"
    raise UsageError(f"the environment variable {name!r} is not set", where=where, remedy=remedy)
