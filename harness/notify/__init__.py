"""Telling people what becomes of a submission or a round: a webhook, an e-mail, and an outbox that survives a kill."""

from harness.notify.channels import Mail, NotSentError, Webhook, read_channels, signature
from harness.notify.courier import Courier, courier, notify
from harness.notify.events import Event, alarm, round_event, ruling_event, submission_event
from harness.notify.outbox import Outbox

__all__ = [
    "Courier",
    "Event",
    "Mail",
    "NotSentError",
    "Outbox",
    "Webhook",
    "alarm",
    "courier",
    "notify",
    "read_channels",
    "round_event",
    "ruling_event",
    "signature",
    "submission_event",
]
