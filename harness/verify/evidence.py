"""What a verification looks at: read once, when the first check asks for it, and believed by nobody."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.anchors import MOST, anchors_sha256, is_anchor, own_items, places, published_anchors, with_anchors
from harness.attest import log
from harness.attest.dsse import Envelope
from harness.attest.files import read_canonical
from harness.attest.keys import PublicKey
from harness.attest.sealing import ATTESTATION, SEAL
from harness.attest.statement import read_statement
from harness.commitment import item_key, keyed, read_published, seed_of
from harness.errors import DefiError, RecordError, UnknownNameError
from harness.record import RunPaths, read_json
from harness.task import load_task
from harness.types import Anchors, Item, Json


class Evidence:
    """A record's folder, the round's folder around it, and the keys of those who are believed.

    Every property raises what its reader raises: a check that needs a damaged file has failed.
    """

    def __init__(
        self,
        folder: Path,
        keys: Sequence[PublicKey],
        manifest: Path | None,
        kept: Path | None = None,
        team: PublicKey | None = None,
    ) -> None:
        """`manifest` is the entry's own, `kept` a head of the log that somebody has kept, where they are at hand.

        `keys` are of those who attest records; `team` is the entry's own, which signs its manifest.
        """
        self.folder, self.keys, self.manifest, self.kept, self.team = folder, tuple(keys), manifest, kept, team
        self.run = RunPaths(folder)
        self.round = folder.parent.parent

    @property
    def sealed(self) -> bool:
        """Whether the record has a seal, or what is left of one."""
        return (self.folder / SEAL).exists() or self.attested

    @functools.cached_property
    def seal(self) -> dict[str, Json]:
        """What `seal.json` says."""
        value: dict[str, Json] = read_canonical(self.folder / SEAL)
        return value

    @property
    def attested(self) -> bool:
        """Whether anybody signed."""
        return (self.folder / ATTESTATION).exists()

    @functools.cached_property
    def attestation(self) -> tuple[Envelope, dict[str, Json]]:
        """The signed envelope and the statement in it."""
        return read_statement(self.folder / ATTESTATION)

    @property
    def statement(self) -> dict[str, Json] | None:
        """The statement, unless nobody signed it, or keys were given and none of their owners did.

        What such a statement says about a file is no reason to blame the file.
        """
        if not self.attested:
            return None
        envelope, statement = self.attestation
        return statement if not self.keys or any(map(envelope.signed_by, self.keys)) else None

    @functools.cached_property
    def plan(self) -> dict[str, Json]:
        """What `plan.json` says."""
        plan: dict[str, Json] | None = read_json(self.run.plan)
        if plan is None:
            raise RecordError("there is no plan", where=self.run.plan.name)
        return plan

    @functools.cached_property
    def planned(self) -> dict[str, dict[str, Json]]:
        """The plan's items by their id, in its order."""
        items = {item["id"]: item for item in self.plan["items"]}
        if len(items) != len(self.plan["items"]):
            raise RecordError("two items share an id", where=self.run.plan.name)
        return items

    @functools.cached_property
    def entries(self) -> tuple[log.LogEntry, ...]:
        """The round's log, its chain checked."""
        return log.read_log(self.log)

    @property
    def log(self) -> Path:
        """Where the round's log lies."""
        return self.round / log.NAME

    @functools.cached_property
    def published(self) -> dict[str, Json] | None:
        """What the round has published of its seed; None for an open round."""
        return read_published(self.round)

    @property
    def sealed_round(self) -> bool:
        """Whether the items came from a secret: the plan then names the seed's hash, not the seed."""
        return "seed" not in self.plan["round"]

    @functools.cached_property
    def seed(self) -> str | None:
        """The seed of the items; None before the reveal."""
        return seed_of(self.round) if self.sealed_round else str(self.plan["round"]["seed"])

    @functools.cached_property
    def anchors(self) -> Anchors | None:
        """What the plan says of anchors, with their seed where it is published; RecordError where it cannot be so."""
        said = self.plan["round"].get("anchors")
        if said is None:
            return None
        seed = published_anchors(self.round) if self.sealed_round else str(said["seed"])
        found = Anchors(said["share"], seed, said.get("set", ""), said.get("sha256", ""))
        if not 0 < found.share <= MOST:
            raise RecordError(f"a share of {found.share} of anchors", where="plan.json")
        if self.sealed_round and self.published is not None and self.published["rules"]["round"].get("anchors") != said:
            raise RecordError("other anchors than those that the round committed to", where="plan.json")
        if seed and self.sealed_round and anchors_sha256(seed) != found.sha256:
            raise RecordError("not the seed of the anchors that the round committed to", where="anchors.json")
        return found

    @functools.cached_property
    def hidden(self) -> frozenset[str]:
        """The planned anchors, while their seed is not published: nobody can make them again."""
        if self.anchors is None or self.anchors.seed:
            return frozenset()
        return frozenset(name for name in self.planned if is_anchor(name))

    def as_planned(self, kind: str, sha256: str, item: str) -> str:
        """A hash as this plan holds it: with a key in a sealed round, which only the seed gives."""
        if not self.sealed_round:
            return sha256
        seed = self.anchors.seed if self.anchors is not None and is_anchor(item) else self.seed
        if not seed:
            raise RecordError("the seed is not revealed", where="seed.json")
        return keyed(kind, sha256, item_key(seed))

    @functools.cached_property
    def items(self) -> list[Item]:
        """The plan's items made again from the seed, in the plan's order, without hidden anchors."""
        made = {item.id: item for item in self._made()}
        if missing := [name for name in self.planned if name not in made and name not in self.hidden]:
            raise RecordError("the tasks here make no such item from the seed", where=f"plan.json, {missing[0]}")
        return [made[name] for name in self.planned if name not in self.hidden]

    @functools.cached_property
    def unmakeable(self) -> str:
        """Why the items cannot be made on this machine, by no fault of the record's; empty where they can.

        Rows of a public benchmark that are not here, for instance. Raises what says that the record is at fault.
        """
        try:
            _ = self.items
        except (RecordError, UnknownNameError):
            raise
        except DefiError as error:
            return "; ".join(part for part in (error.what, error.remedy) if part)
        return ""

    def _made(self) -> Iterator[Item]:
        if self.seed is None:
            raise RecordError("the seed is not revealed", where="seed.json")
        counts: dict[tuple[str, int, str], int] = {}
        for item in self.planned.values():
            cell = item["task"], item["level"], item["language"]
            counts[cell] = max(counts.get(cell, 0), item["index"] + 1)
        shared = {(i["task"], i["level"], i["language"]) for i in self.planned.values() if is_anchor(i["id"])}
        most = len(self.planned)  # a plan takes the first of each cell: an index beyond that is no plan's
        for (task, level, language), count in counts.items():
            if count > most:
                raise RecordError("an index beyond the number of items", where="plan.json")
            make = functools.partial(load_task(task).items, level, language)
            anchors = self.anchors if (task, level, language) in shared else None
            if anchors is None or anchors.seed:
                yield from with_anchors(make, self.seed, count, anchors)
            else:
                self._demand_places(anchors, (task, level, language), count)
                yield from own_items(make, self.seed, count, anchors.share)

    def _demand_places(self, anchors: Anchors, cell: tuple[str, int, str], count: int) -> None:
        """RecordError where anchors stand elsewhere than they must, or are of another set: no item hides as one."""
        task, level, language = cell
        taken = [place for place, anchor in enumerate(places(count, anchors.share)) if anchor]
        head = f"{task}/{language}/L{level:02d}/{anchors.sha256[:12]}-"
        wanted = {f"{head}{number:05d}": place for number, place in enumerate(taken)}
        rows = (row for row in self.planned.values() if (row["task"], row["level"], row["language"]) == cell)
        if {row["id"]: row["index"] for row in rows if is_anchor(row["id"])} != wanted:
            raise RecordError("anchors are not where they must be", where=f"plan.json, {task}, level {level}")
