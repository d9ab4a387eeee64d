"""All evidence about one entry and one set: what was tried, what each test says, and whether people should look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.canonical import plain
from harness.contamination import methods
from harness.contamination.likelihood import Reads, read_all
from harness.contamination.methods import Evidence
from harness.contamination.sets import Suspected
from harness.contamination.statistics import holm
from harness.types import Json

SCHEMA = "grand-defi/contamination/1"
ALPHA = 0.01  # chance that an entry which saw nothing is flagged by any of the methods
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """Evidence, never a verdict."""

    submission: str
    set: str
    seed: str  # of the fresh items and of every randomisation
    evidence: tuple[Evidence, ...]

    @property
    def adjusted(self) -> dict[str, float]:
        """P-values of the methods that were used, by method, adjusted for their number (Holm)."""
        used = [(f"{one.method} {n}", one.p) for n, one in enumerate(self.evidence) if one.p is not None]
        values = holm([p for _, p in used])
        found: dict[str, float] = {}
        for (name, _), value in zip(used, values, strict=True):
            method = name.partition(" ")[0]
            found[method] = min(value, found.get(method, 1.0))
        return found

    @property
    def flagged(self) -> tuple[str, ...]:
        """The methods that chance does not explain."""
        return tuple(method for method, p in self.adjusted.items() if p <= ALPHA)

    @property
    def why(self) -> str:
        """The reason for a case, in one sentence."""
        return f"contamination: {', '.join(self.flagged)} of {self.set} are not what chance gives"

    def to_json(self) -> dict[str, Json]:
        """For programs, and as a case holds it."""
        head = {"schema": SCHEMA, "submission": self.submission, "set": self.set, "seed": self.seed, "alpha": ALPHA}
        evidence = [{**plain(one), "adjusted": self.adjusted.get(one.method)} for one in self.evidence]
        return {**head, "flagged": list(self.flagged), "evidence": evidence}


def read_texts(
    reader: Reads, suspected: Suspected, seed: int, told: Told = lambda _name, _done, _all: None
) -> list[Evidence]:
    """What the network's own likelihoods show: Min-K%++, completion, order, canaries."""

    def step(name: str) -> Callable[[int, int], None]:
        return lambda done, total: told(name, done, total)

    found = []
    if suspected.fresh:
        own = read_all(reader, suspected.texts, step("suspected texts"))
        fresh = read_all(reader, suspected.fresh, step("fresh texts"))
        found += [methods.min_k(own, fresh, suspected, seed), methods.completion(own, fresh, suspected, seed)]
    else:
        why = "there are no fresh texts of the same kind: --against FILE"
        found += [methods.not_made("min_k", why), methods.not_made("completion", why)]
    if suspected.ordered:
        found.append(methods.order(reader, suspected.texts, seed, step("orders")))
    else:
        found.append(methods.not_made("order", "the items of a task have no published order"))
    found += [methods.canary(reader, one, seed, step("canaries")) for one in suspected.canaries]
    return found


def in_order(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Every method at least once, in the order of `METHODS`; one that was not asked for says so."""
    found = [one for method in methods.METHODS for one in evidence if one.method == method]
    used = {one.method for one in found}
    missing = [methods.not_made(method, "not asked for") for method in methods.METHODS if method not in used]
    return (*found, *missing)
