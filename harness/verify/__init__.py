"""Whether a record is what it says, from its files and public keys alone, offline. One question a module.

Nothing here writes to a record, and nothing that is found broken stops the rest: every check says *ok*, *failed* or
*not checked*, and why.
"""

from harness.verify.record import verify_record
from harness.verify.report import Check, Report

__all__ = ["Check", "Report", "verify_record"]
