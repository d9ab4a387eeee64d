"""In a sealed round: is the seed the one that was committed to before the round opened, and drawn after it closed?"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from harness.attest.log import LogEntry
from harness.canonical import changed_fields, sha256_file, sha256_json
from harness.commitment import announced, seed_sha256, weakness
from harness.config import code_digests
from harness.record import read_json
from harness.round_state import steps_of
from harness.sealed_round import LIFE, rules_digest
from harness.task import task_names
from harness.types import Json
from harness.verify import dates, heads
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, not_checked, ok

_NAME = "seed.json"


def check(evidence: Evidence) -> Iterator[Check]:
    """The commitment that was attested, the one that is published and logged, and the secret that was revealed."""
    if not evidence.sealed_round:
        yield _open(evidence)
        if (content := read_json(evidence.round / LIFE)) is not None:
            yield from _listed(evidence, content)
            yield from _logged(evidence, content)
        yield from dates.check(evidence)
        return
    if evidence.published is None:
        yield not_checked("the round's seed.json is not at hand")
        return
    statement = evidence.statement
    if statement is not None and statement["predicate"]["commitment"] != evidence.published["commitment"]:
        yield failed(_NAME, "not the commitment that was attested with the record")
        return
    yield from _digests(evidence, evidence.published)
    yield from _code(evidence.published)
    yield from _drawn(evidence.published["closed"], evidence.published["randomness"])
    yield from _listed(evidence, evidence.published)
    yield from _logged(evidence, evidence.published)
    yield from dates.check(evidence)
    yield from _asked(evidence)
    yield _revealed(evidence)


def _open(evidence: Evidence) -> Check:
    """An open round commits to nothing; a sealed one's record that holds a seed has chosen its own items."""
    committed = [one for one in heads.standing(evidence) if one.event == "round.opened" and "commitment" in one.facts]
    if evidence.published is not None or committed:
        told = _NAME if evidence.published is not None else f"{evidence.log.name}, line {committed[0].index + 1}"
        return failed("plan.json", f"a sealed round's record was made with a seed of its own, by {told}")
    return ok("an open round: its seed is in the plan, and nothing was committed to")


def _asked(evidence: Evidence) -> Iterator[Check]:
    """Whether the model was asked before the items were public: by the order of the log's lines, not by clocks."""
    lines, name = heads.standing(evidence), evidence.plan["submission"]
    shown = next((one.index for one in lines if one.event == "round.revealed"), None)
    if shown is None:
        return  # nothing was shown, or its line is not under the head: `_logged` says so
    own = [one.index for one in lines if one.event == "run.state" and one.facts.get("submission") == name]
    asked = [n for n in own if lines[n].facts.get("state") == "running"]
    if not asked:
        yield not_checked(f"when {name} was asked: the log does not say")
    elif asked[-1] > shown:
        where, reveal = f"{evidence.log.name}, line {asked[-1] + 1}", f"the reveal is line {shown + 1}"
        yield failed(where, f"its items were public when it was asked: {reveal}")
    else:
        yield ok("asked before the reveal: so the log orders them")


def _digests(evidence: Evidence, published: Mapping[str, Json]) -> Iterator[Check]:
    """Whether generator and rules are what the commitment's digests say."""
    rules, text = published["rules"], evidence.round / "rules.md"
    if sha256_json(published["generator"]) != published["generator_digest"]:
        yield failed(_NAME, "its generator is not the one whose digest was committed to")
    if rules_digest(rules["text"], rules["round"]) != published["rules_digest"]:
        yield failed(_NAME, "its rules are not those whose digest was committed to")
    if not text.exists():
        yield not_checked("the text of the rules, rules.md, is not beside seed.json")
    elif sha256_file(text) != rules["text"]:
        yield failed("rules.md", "not the text of the rules that was committed to")


def _code(published: Mapping[str, Json]) -> Iterator[Check]:
    """Whether the code that makes the items here is the committed one: else, what is made here proves less."""
    known = task_names()  # a name that is a path elsewhere is never followed
    here = code_digests(name for name in known if name in published["generator"])
    if changed := sorted(changed_fields(published["generator"], here)):
        words = f"the code here is not what the round committed to ({', '.join(changed[:8])}): check out that version"
        yield not_checked(words)
    else:
        yield ok("tasks here, and the code they share, are those that the round committed to")


def _drawn(closed: Mapping[str, Json] | None, drawn: Mapping[str, Json] | None) -> Iterator[Check]:
    """The public value: from where it was announced, later than the closing, and enough to be random."""
    if not closed or not drawn:
        return
    if _moment(drawn["dated"]) <= _moment(closed["at"]):
        yield failed(_NAME, "the randomness is not dated after the closing of the intake")
    if not announced(drawn["source"], closed["source"]):
        words = f"the randomness is of {drawn['source']}, and {closed['source']} was announced at the closing"
        yield failed(_NAME, words)
    if weak := weakness(drawn["value"]):
        yield failed(_NAME, f"the randomness is too weak: {weak}")
    said = f"the randomness {drawn['value']}, dated {drawn['dated']}: look it up at its source, {drawn['source']}"
    yield not_checked(said)


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _listed(evidence: Evidence, published: Mapping[str, Json]) -> Iterator[Check]:
    """Whether the submission was there, as it is, when the intake closed."""
    name, digest = evidence.plan["submission"], evidence.plan["submission_digest"]
    if late := _admitted(evidence, name):
        told = f"{name} was admitted after the closing by line {late.index + 1} of the log: {late.facts.get('reason')}"
        same = late.facts.get("digest") == digest
        yield ok(told) if same else failed(_NAME, f"{told}; with another digest")
    elif published["closed"] is None or published["closed"]["submissions"].get(name) != digest:
        yield failed(_NAME, f"{name} with this digest is not among the submissions that the intake closed with")
    else:
        yield ok(f"{name} was listed, with this digest, when the intake closed on {published['closed']['at']}")


def _admitted(evidence: Evidence, name: str) -> LogEntry | None:
    """The last ruling that admitted a submission before the items existed: a later one admits nobody."""
    lines = heads.standing(evidence)
    drawn = next((one.index for one in lines if one.event in ("round.drawn", "round.running")), len(lines))
    own = [one for one in lines[:drawn] if one.event == "ruling.made" and one.facts.get("submission") == name]
    return next((one for one in reversed(own) if one.facts.get("kind") == "admit"), None)


def _logged(evidence: Evidence, published: Mapping[str, Json]) -> Iterator[Check]:
    """Whether the log tells the same steps, in their order; steps after its signed head are told by nobody."""
    if not evidence.log.exists():
        return  # the log's own check says so
    steps = steps_of(published)
    lines = [one for one in heads.standing(evidence) if one.event in steps]
    later = {one.event for one in heads.beyond(evidence)}
    told, wanted = [(one.event, dict(one.facts)) for one in lines], list(steps.items())
    if told != wanted[: len(told)] or not later >= {event for event, _ in wanted[len(told) :]}:
        yield failed(_NAME, "tells the steps of the round otherwise than the log")
    elif len(told) < len(wanted):
        yield not_checked(f"{counted(len(wanted) - len(told), 'step')} of the round not under the log's signed head")
    else:
        yield ok(f"the log tells the same {counted(len(lines), 'step')} of the round")


def _revealed(evidence: Evidence) -> Check:
    if evidence.seed is None:
        return not_checked("the secret is not revealed yet")
    if seed_sha256(evidence.seed) != evidence.plan["round"]["seed_sha256"]:
        return failed("plan.json", "planned with another seed than the one that was revealed")
    return ok("secret, salt, generator and rules give the commitment; secret and randomness give the seed")
