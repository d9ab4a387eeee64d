"""What goes wrong with keys, signatures, logs and seals."""

from __future__ import annotations

from harness.errors import DefiError


class AttestationError(DefiError):
    """A key, a signature, a log or a seal cannot be used, or is not what it says."""


class SealedError(AttestationError):
    """A sealed record would be written to."""
