"""What a team keeps: proof of what was received, and when."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import harness
from harness.canonical import sha256_json
from harness.types import Json, Submission


def receipt(submission: Submission, manifest: Mapping[str, Json], received: datetime.datetime) -> dict[str, Json]:
    """A receipt as JSON: the manifest as it was, its digest, the file hashes, and a hash of the receipt itself.

    Args:
        submission: an eligible one.
        manifest: the raw content it was read from.
        received: when, with its time zone.

    Raises:
        ValueError: `received` has no time zone, or the manifest is not the submission's.
    """
    if received.tzinfo is None:
        raise ValueError("a receipt's time needs its time zone")
    if sha256_json(manifest) != submission.digest:
        raise ValueError("the manifest is not the one the submission was read from")
    body = {
        "schema": "receipt/1",
        "submission": submission.id,
        "digest": submission.digest,
        "received": received.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "harness": harness.__version__,
        "files": dict(submission.files),
        "manifest": dict(manifest),
    }
    return body | {"sha256": sha256_json(body)}
