"""Is the round's log whole, signed, and does it hold this seal as the last word on this submission?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.attest import log, log_head, merkle
from harness.attest.sealing import SEAL
from harness.canonical import sha256_file
from harness.rulings import EVENT, OUT, Ruling, ruled_out, told_by, written
from harness.rulings import NAME as RULINGS
from harness.verify import heads
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, not_checked, ok

_DECIDING = ("record.", "result.", "case.", "ruling.")  # beginnings of events that say what a result is worth


def check(evidence: Evidence) -> Iterator[Check]:
    """Chain, signed head, heads that were kept and attested, what stands after them, and the record's own line."""
    if not evidence.log.exists():
        yield not_checked("the round's log is not beside the record")
        return
    entries = evidence.entries
    if torn := log.torn_bytes(evidence.log):
        yield failed(log.NAME, f"{torn} bytes after the last line end: cut short, or changed")
        return
    yield ok(f"{counted(len(entries), 'line')}, each following from the one before")
    yield from _head(evidence)
    yield from _kept(evidence)
    yield from _attested(evidence)
    yield from _beyond(evidence)
    yield from _own_line(evidence)
    yield from _cases(evidence)
    yield from _rulings(evidence)


def _head(evidence: Evidence) -> Iterator[Check]:
    """The signed head, and whether the log's beginning is the one it was signed over."""
    path = heads.head_path(evidence)
    if not path.exists():
        words = "the log's head is not signed"
        yield failed(log_head.NAME, words) if evidence.attested else not_checked(words)
        return
    if wrong := heads.objection(evidence, path):
        yield failed(*wrong)
    elif not (signers := heads.signers(evidence, path)):
        yield not_checked("the signature of the log's head: no key was given")
    else:
        size = log_head.read_head(path)[1]["size"]
        later = len(evidence.entries) - size
        added = f", {counted(later, 'line')} added since" if later else ""
        yield ok(f"Merkle head of {counted(size, 'line')} signed by the key {signers[0].id}{added}")


def _kept(evidence: Evidence) -> Iterator[Check]:
    """A head that the reader has kept: what stood under it cannot be cut off or exchanged."""
    path, published = evidence.kept, heads.head_path(evidence)
    if path is None:
        yield not_checked("whether the log goes on from an earlier head: give one that you kept with --head")
        return
    if wrong := heads.objection(evidence, path):
        yield failed(*wrong)
        return
    size = log_head.read_head(path)[1]["size"]
    if not published.exists() or log_head.read_head(published)[1]["size"] < size:
        yield failed(log_head.NAME, f"older than the head of {size} lines that was kept")
    else:
        yield ok(f"goes on from the head of {counted(size, 'line')} that was kept")


def _attested(evidence: Evidence) -> Iterator[Check]:
    """The log as it was when the record was signed."""
    statement = evidence.statement
    if statement is not None and not heads.begins(evidence, statement["predicate"]["log"]):
        yield failed(log.NAME, "does not continue the log that was there when the record was signed")


def _beyond(evidence: Evidence) -> Iterator[Check]:
    """Lines after the signed head that would decide something: said, and not believed."""
    for one in heads.beyond(evidence):
        about = one.facts.get("submission") == evidence.plan["submission"]
        if one.event.startswith("round.") or (about and one.event.startswith(_DECIDING)):
            yield not_checked(f"line {one.index + 1}, {one.event}: after the signed head, where anybody can write")


def _own_line(evidence: Evidence) -> Iterator[Check]:
    """The last word of the log on this submission must be this seal, and stand under the head."""
    name, entries = evidence.plan["submission"], heads.standing(evidence)
    about = ("record.sealed", "record.reopened", "result.voided")
    own = [one for one in entries if one.event in about and one.facts.get("submission") == name]
    if not evidence.sealed and (not own or own[-1].event != "record.sealed"):
        yield not_checked("this record's line: it is not sealed")
    elif not evidence.sealed:
        yield failed(SEAL, f"it is gone: {log.NAME}, line {own[-1].index + 1} says that {name} is sealed")
    elif not own or own[-1].event == "record.reopened":
        yield failed(log.NAME, f"no line under its head says that {name} is sealed")
    elif own[-1].event == "result.voided":
        yield failed(f"{log.NAME}, line {own[-1].index + 1}", f"the result was voided: {own[-1].facts.get('reason')}")
    elif own[-1].facts.get("seal_sha256") != sha256_file(evidence.folder / SEAL):
        yield failed(SEAL, f"not the seal that {log.NAME}, line {own[-1].index + 1} records")
    else:
        leaves = [entry.leaf for entry in entries]
        proof = merkle.inclusion_proof(own[-1].index, leaves)
        held = merkle.included(own[-1].leaf, own[-1].index, len(leaves), proof, merkle.root(leaves))
        words = f"line {own[-1].index + 1} records this seal, {counted(len(proof), 'hash', 'hashes')} below the head"
        yield ok(words) if held else failed(log.NAME, "the seal's line is not under the log's head")


def _cases(evidence: Evidence) -> Iterator[Check]:
    """Doubts about this result that nobody has settled yet: no failure by themselves, and never passed over."""
    about = [one for one in heads.standing(evidence) if one.facts.get("submission") == evidence.plan["submission"]]
    closed = [one.facts.get("case") for one in about if one.event == "case.closed"]
    for one in about:
        if one.event == "case.opened" and one.facts.get("case") not in closed:
            yield not_checked(f"a case about this record is open: cases/{one.facts.get('case')}.json")


def _rulings(evidence: Evidence) -> Iterator[Check]:
    """What the organisers decided about this entry, and whether `rulings.jsonl` says the same as the log."""
    made: list[Ruling] = []
    for line in (one for one in heads.standing(evidence) if one.event == EVENT):
        found = told_by(line.facts)
        if found is None or found.number != len(made) + 1:
            words = f"not ruling {len(made) + 1}: one was erased, or made twice"
            yield failed(f"{log.NAME}, line {line.index + 1}", words)
            return
        made.append(found)
    here = written(evidence.round)
    yield from _compared(evidence, made, here)
    if len(here) < len(made):
        yield not_checked(f"{RULINGS} lacks {counted(len(made) - len(here), 'ruling')} of the log")
    out = ruled_out(made).get(evidence.plan["submission"])
    if out is not None:
        words = f"{OUT[out.kind]} by ruling {out.number}: {out.reason}"
        yield failed(RULINGS, words) if out.kind == "disqualify" else not_checked(words)


def _compared(evidence: Evidence, made: Sequence[Ruling], here: Sequence[Ruling]) -> Iterator[Check]:
    """Each line of the file must be the log's; one that only an unsigned line of the log tells is not believed."""
    later = [told_by(one.facts) for one in heads.beyond(evidence) if one.event == EVENT]
    for place, one in enumerate(here):
        if place < len(made) and made[place] != one:
            yield failed(RULINGS, f"line {one.number} is not ruling {one.number} of the log")
        elif place >= len(made) and one in later:
            yield not_checked(f"{RULINGS}, line {one.number}: the log tells it after its signed head")
        elif place >= len(made):
            yield failed(RULINGS, f"line {one.number}: the log tells of no such ruling")
