"""In a sealed round: is the seed the one that was committed to before the round opened, and drawn after it closed?"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from harness.canonical import sha256_file, sha256_json
from harness.commitment import seed_sha256
from harness.sealed_round import logged_facts, rules_digest
from harness.types import Json
from harness.verify.evidence import Evidence
from harness.verify.report import Check, failed, not_checked, ok

_NAME = "seed.json"


def check(evidence: Evidence) -> Iterator[Check]:
    """The commitment that was attested, the one that is published and logged, and the secret that was revealed."""
    if not evidence.sealed_round:
        yield ok("an open round: its seed is in the plan, and nothing was committed to")
        return
    if evidence.published is None:
        yield not_checked("the round's seed.json is not at hand")
        return
    statement = evidence.statement
    if statement is not None and statement["predicate"]["commitment"] != evidence.published["commitment"]:
        yield failed(_NAME, "not the commitment that was attested with the record")
        return
    yield from _digests(evidence, evidence.published)
    yield from _listed(evidence, evidence.published)
    yield from _logged(evidence, evidence.published)
    yield _revealed(evidence)


def _digests(evidence: Evidence, published: Mapping[str, Json]) -> Iterator[Check]:
    """Whether generator, rules and dates are what the commitment's digests and the order of the steps say."""
    rules, text = published["rules"], evidence.round / "rules.md"
    if sha256_json(published["generator"]) != published["generator_digest"]:
        yield failed(_NAME, "its generator is not the one whose digest was committed to")
    if rules_digest(rules["text"], rules["round"]) != published["rules_digest"]:
        yield failed(_NAME, "its rules are not those whose digest was committed to")
    if not text.exists():
        yield not_checked("the text of the rules, rules.md, is not beside seed.json")
    elif sha256_file(text) != rules["text"]:
        yield failed("rules.md", "not the text of the rules that was committed to")
    closed, drawn = published["closed"], published["randomness"]
    if closed and drawn and _moment(drawn["dated"]) <= _moment(closed["at"]):
        yield failed(_NAME, "the randomness is not dated after the closing of the intake")


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _listed(evidence: Evidence, published: Mapping[str, Json]) -> Iterator[Check]:
    """Whether the submission was there, as it is, when the intake closed."""
    name, digest = evidence.plan["submission"], evidence.plan["submission_digest"]
    if published["closed"] is None or published["closed"]["submissions"].get(name) != digest:
        yield failed(_NAME, f"{name} with this digest is not among the submissions that the intake closed with")
    else:
        yield ok(f"{name} was listed, with this digest, when the intake closed on {published['closed']['at']}")


def _logged(evidence: Evidence, published: Mapping[str, Json]) -> Iterator[Check]:
    """Whether the log tells the same steps, in their order."""
    if not evidence.log.exists():
        return  # the log's own check says so
    steps = logged_facts(published)
    lines = [one for one in evidence.entries if one.event in steps]
    if [(one.event, dict(one.facts)) for one in lines] != list(steps.items()):
        yield failed(_NAME, "tells the steps of the round otherwise than the log")
    else:
        yield ok(f"the log tells the same {len(lines)} steps of the round")


def _revealed(evidence: Evidence) -> Check:
    if evidence.seed is None:
        return not_checked("the secret is not revealed yet")
    if seed_sha256(evidence.seed) != evidence.plan["round"]["seed_sha256"]:
        return failed("plan.json", "planned with another seed than the one that was revealed")
    return ok("secret, salt, generator and rules give the commitment; secret and randomness give the seed")
