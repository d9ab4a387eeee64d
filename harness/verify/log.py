"""Is the round's log whole, signed, and does it hold this seal as the last word on this submission?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.attest import log, log_head, merkle
from harness.attest.sealing import SEAL
from harness.canonical import sha256_file
from harness.types import Json
from harness.verify.evidence import Evidence
from harness.verify.report import Check, failed, not_checked, ok


def check(evidence: Evidence) -> Iterator[Check]:
    """Chain, signed Merkle head, the head that was attested, and the record's own line."""
    if not evidence.log.exists():
        yield not_checked("the round's log is not beside the record")
        return
    entries = evidence.entries
    if torn := log.torn_bytes(evidence.log):
        yield failed(log.NAME, f"{torn} bytes after the last line end: cut short, or changed")
        return
    yield ok(f"{len(entries)} lines, each following from the one before")
    yield from _head(evidence)
    yield from _attested(evidence)
    yield from _own_line(evidence)
    yield from _cases(evidence)


def _head(evidence: Evidence) -> Iterator[Check]:
    """The signed head, and whether the log's beginning is the one it was signed over."""
    path = evidence.log.with_name(log_head.NAME)
    if not path.exists():
        words = "the log's head is not signed"
        yield failed(log_head.NAME, words) if evidence.attested else not_checked(words)
        return
    envelope, value = log_head.read_head(path)
    signers = [key for key in evidence.keys if envelope.signed_by(key)]
    if evidence.keys and not signers:
        yield failed(log_head.NAME, "no valid signature of a key that was given")
    elif value["round"] != evidence.plan["round"]["name"]:
        yield failed(log_head.NAME, f"the head of another round's log, {value['round']}")
    elif not _begins(evidence, value):
        yield failed(log.NAME, f"not the log of {value['size']} lines whose head was signed")
    elif not signers:
        yield not_checked("the signature of the log's head: no key was given")
    else:
        later = len(evidence.entries) - value["size"]
        beyond = f", {later} lines were added since" if later else ""
        yield ok(f"Merkle head of {value['size']} lines signed by the key {signers[0].id}{beyond}")


def _attested(evidence: Evidence) -> Iterator[Check]:
    """The log as it was when the record was signed."""
    statement = evidence.statement
    if statement is not None and not _begins(evidence, statement["predicate"]["log"]):
        yield failed(log.NAME, "does not continue the log that was there when the record was signed")


def _begins(evidence: Evidence, value: Json) -> bool:
    """Whether the log's first lines have this head."""
    return log.head(evidence.entries[: value["size"]]) == {"size": value["size"], "root": value["root"]}


def _own_line(evidence: Evidence) -> Iterator[Check]:
    """The last word of the log on this submission must be this seal, and stand under the head."""
    name = evidence.plan["submission"]
    about = ("record.sealed", "record.reopened", "result.voided")
    own = [one for one in evidence.entries if one.event in about and one.facts.get("submission") == name]
    if not own or own[-1].event == "record.reopened":
        yield failed(log.NAME, f"no line says that {name} is sealed")
    elif own[-1].event == "result.voided":
        yield failed(f"{log.NAME}, line {own[-1].index + 1}", f"the result was voided: {own[-1].facts.get('reason')}")
    elif own[-1].facts.get("seal_sha256") != sha256_file(evidence.folder / SEAL):
        yield failed(SEAL, f"not the seal that {log.NAME}, line {own[-1].index + 1} records")
    else:
        leaves = [entry.leaf for entry in evidence.entries]
        proof = merkle.inclusion_proof(own[-1].index, leaves)
        held = merkle.included(own[-1].leaf, own[-1].index, len(leaves), proof, merkle.root(leaves))
        words = f"line {own[-1].index + 1} records this seal, {len(proof)} hashes below the head"
        yield ok(words) if held else failed(log.NAME, "the seal's line is not under the log's head")


def _cases(evidence: Evidence) -> Iterator[Check]:
    """Doubts about this result that nobody has settled yet: no failure by themselves, and never passed over."""
    about = [one for one in evidence.entries if one.facts.get("submission") == evidence.plan["submission"]]
    closed = [one.facts.get("case") for one in about if one.event == "case.closed"]
    for one in about:
        if one.event == "case.opened" and one.facts.get("case") not in closed:
            yield not_checked(f"a case about this record is open: cases/{one.facts.get('case')}.json")
