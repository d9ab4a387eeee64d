"""Which items of a round anybody may read, by what the round has published: when unsure, none.

A sealed round's items are public when its log says that it was revealed and the secret keeps its commitment. A round in
the open shows them when it has ended, or at once where it has no life: its seed stands in its configuration. Items that
live on stay closed in any round: anchors until their set is retired, sealed rows, rows of public benchmarks, whatever
its licence does not let us print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.anchors import anchors_sha256, is_anchor, published_anchors
from harness.attest.log import NAME as LOG
from harness.attest.log import read_log
from harness.canonical import sha256_text
from harness.commitment import CommitmentError, item_key, keyed, read_published, seed_of, seed_sha256
from harness.round_state import read_life
from harness.types import Json

FOLDER = ".items"  # in a round's folder: the items that may be shown, made again; may be deleted at any time
INDEX = "index.json"
SCHEMA = "grand-defi/shown-items/1"
LICENCES = ("Apache-2.0", "CC0-1.0", "MIT")  # of families whose items may be printed
_BENCHMARKS = "public/"


@dataclass(frozen=True, slots=True)
class Opened:
    """What makes a round's items again; nobody's secret any more."""

    seed: str = field(repr=False)
    anchors: str = field(repr=False)  # their seed; empty where there are none, or they are still in use
    sealed: bool

    def known_as(self, sha256: str, item: str) -> str:
        """How a plan of the round writes an item's hash."""
        if not self.sealed:
            return sha256
        return keyed("item", sha256, item_key(self.anchors if is_anchor(item) else self.seed))

    def holds(self, item: str) -> bool:
        """Whether an item may be shown as far as anchors go: those in use are asked again."""
        return not is_anchor(item) or bool(self.anchors)


def opened(folder: Path, frozen: Mapping[str, Json]) -> Opened | None:
    """How a round's items can be made again by anybody; None while they are not for everybody to see.

    Raises:
        CommitmentError: what was revealed is not what was committed to.
    """
    settings = frozen["round"]
    if settings.get("sealed") or read_published(folder) is not None:
        seed = _revealed(folder, settings)
        return None if seed is None else Opened(seed, _anchors(folder, settings), sealed=True)
    if not settings.get("seed") or read_life(folder, sealed=False).state not in ("free", "ended", "published"):
        return None
    return Opened(settings["seed"], (settings.get("anchors") or {}).get("seed", ""), sealed=False)


def closed_for(card: Mapping[str, Json]) -> str:
    """Why items of a task are never shown, in one word of a closed list; empty where they may be."""
    if card["name"].startswith(_BENCHMARKS) or card.get("rungs"):
        return "benchmark"
    return "" if card["license"] in LICENCES else "licence"


def _revealed(folder: Path, settings: Mapping[str, Json]) -> str | None:
    """The seed, where the log says revealed and everything that was published fits it."""
    published = read_published(folder)
    seed = seed_of(folder)
    if published is None or seed is None or published.get("revealed") is None:
        return None
    told = [one.facts.get("secret_sha256") for one in read_log(folder / LOG) if one.event == "round.revealed"]
    if told != [sha256_text(published["secret"])]:
        return None
    if settings.get("seed_sha256") != seed_sha256(seed):
        remedy = "restore frozen.json: these are not the items that were asked"
        raise CommitmentError("the round ran with another seed than was revealed", where=folder.name, remedy=remedy)
    return seed


def _anchors(folder: Path, settings: Mapping[str, Json]) -> str:
    """The seed of anchors that are retired."""
    said = settings.get("anchors")
    seed = published_anchors(folder)
    return seed if said and seed and anchors_sha256(seed) == said["sha256"] else ""
