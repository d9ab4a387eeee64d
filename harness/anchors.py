"""Anchors: items that several rounds ask, drawn from a seed of their own, so that the rounds can be put on one scale.

Of the first n items of every level and language, floor(n * share) are anchors, evenly spread and never more than 15 %:
so every prefix of the seeded order keeps the share, and partial runs stay paired. A round's own items and the anchors
are each numbered without gaps by their own seed; an item's `index` is its place in the order of both. Anchors are known
by their ids, which are the same in every round that asks them and hold the beginning of their seed's digest:

    problem_solving/a/fr/L02/00011                the round's own
    problem_solving/a/fr/L02/9f86d081884c-00001   an anchor

In a sealed round the anchors' seed is a secret of its own (a set), in `secrets/SET.anchors.json` or the environment;
the configuration names its digest. It is not derived from any round's secret, so the reveal of one round tells nothing
of anchors that the next will ask; it is published when no round will ask them again (`defi anchors retire`). Tasks of
sealed rows have no anchors: their rows are the same in every round.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from harness.commitment import CommitmentError, SealedSeed, draw_secret
from harness.errors import RoundError
from harness.types import Anchors, Item, Json

SCHEMA = "grand-defi/anchors/1"
MOST = 0.15  # of the items of a level and language
VARIABLE = "DEFI_ANCHORS_SECRET"  # 64 hexadecimal digits: the seed of the anchors of a sealed round
PUBLISHED = "anchors.json"  # in the round's folder, once they are retired
_SET = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"/([0-9a-f]{12})-[0-9]{5,}$")
_OPEN, _SEALED = {"share", "seed"}, {"share", "set", "sha256"}
Make = Callable[[str, int], list[Item]]  # the first items of a level and language, from a seed and their number


def anchors_sha256(seed: str) -> str:
    """What may be said of the anchors' seed while it is secret; seeds of sealed rounds have 256 bits."""
    return hashlib.sha256(f"{SCHEMA}\0{seed}".encode()).hexdigest()


def is_anchor(item: str) -> bool:
    """Whether an item's id is an anchor's."""
    return _ID.search(item) is not None


def places(count: int, share: float) -> list[bool]:
    """Which places of the seeded order are anchors': floor(n * share) of the first n, whatever n."""
    exact = Fraction(str(share))
    return [int((place + 1) * exact) > int(place * exact) for place in range(count)]


def with_anchors(make: Make, seed: str, count: int, anchors: Anchors | None) -> Iterator[Item]:
    """The first `count` items of a level and language, anchors at their places; none of them where there are none."""
    if anchors is None:
        yield from make(seed, count)
        return
    shared = places(count, anchors.share)
    own, drawn = iter(make(seed, shared.count(False))), iter(make(demand_anchors(anchors), shared.count(True)))
    mark = anchors_sha256(anchors.seed)[:12]
    for place, taken in enumerate(shared):
        item = _marked(next(drawn), mark) if taken else next(own)
        yield dataclasses.replace(item, index=place)


def own_items(make: Make, seed: str, count: int, share: float) -> Iterator[Item]:
    """What of `with_anchors` can be made without the anchors' seed: the round's own items, at their places."""
    free = [place for place, taken in enumerate(places(count, share)) if not taken]
    for place, item in zip(free, make(seed, len(free)), strict=True):
        yield dataclasses.replace(item, index=place)


def _marked(item: Item, mark: str) -> Item:
    head, number = item.id.rsplit("/", 1)
    cluster, other = item.cluster.rsplit("/", 1)
    return dataclasses.replace(item, id=f"{head}/{mark}-{number}", cluster=f"{cluster}/{mark}-{other}")


# --- in a round's configuration ----------------------------------------------------------------------------------


def read_anchors(raw: Json, where: str, taken: Collection[str], *, sealed: bool, practice: bool) -> Anchors | None:
    """The `anchors` of a round's configuration; RoundError says what is wrong. A sealed round's have no seed yet.

    `taken` are seeds that cannot be theirs: of public items, and the round's own, whose items they would repeat.
    """
    if raw is None:
        return None
    place, keys = f"{where}, anchors", _SEALED if sealed else _OPEN
    if practice:
        remedy = "leave `anchors` out: a benchmark's rows are the same in every round"
        raise RoundError("anchors in a round of public benchmarks", where=place, remedy=remedy)
    if not isinstance(raw, Mapping) or raw.keys() != keys:
        kind = "a sealed round's are named by their set and its digest" if sealed else "an open round's have a seed"
        raise RoundError(f"`anchors` needs the keys {', '.join(sorted(keys))}: {kind}", where=place)
    share = raw["share"]
    if type(share) is not float or not 0 < share <= MOST:
        raise RoundError(f"`share` is {share!r}, and must be above 0 and at most {MOST}", where=place)
    if not sealed:
        if not isinstance(raw["seed"], str) or not raw["seed"]:
            raise RoundError(f"`seed` is {raw['seed']!r}, and must be a text", where=place, remedy="put it in quotes")
        if raw["seed"] in taken:
            remedy = "choose one that only anchors have"
            raise RoundError(
                f"the seed {raw['seed']!r} is the round's own or kept for public items", where=place, remedy=remedy
            )
        return Anchors(share, raw["seed"])
    if not _SET.fullmatch(str(raw["set"])) or not _SHA256.fullmatch(str(raw["sha256"])):
        remedy = "`defi anchors new SET` makes one, and prints both"
        raise RoundError("`set` or `sha256` is none of a set of anchors", where=place, remedy=remedy)
    return Anchors(share, SealedSeed(""), str(raw["set"]), str(raw["sha256"]))


def public_anchors(anchors: Anchors) -> dict[str, Json]:
    """What of anchors may be read while they are in use."""
    if anchors.set:
        return {"share": anchors.share, "set": anchors.set, "sha256": anchors.sha256}
    return {"share": anchors.share, "seed": anchors.seed}


# --- their secret ------------------------------------------------------------------------------------------------


def demand_anchors(anchors: Anchors) -> str:
    """The seed of the anchors; CommitmentError says why there is none here."""
    if anchors.seed:
        return anchors.seed
    missing = getattr(anchors.seed, "missing", None)
    raise missing or CommitmentError("the anchors' seed is not known", where=f"{anchors.set}.anchors.json")


def unseal_anchors(anchors: Anchors, round_folder: Path, secrets: Path) -> Anchors:
    """The anchors of a sealed round with their seed; where it cannot be had, the reason stands in its place."""
    if not anchors.set:
        return anchors
    try:
        return dataclasses.replace(anchors, seed=_find(anchors, round_folder, secrets))
    except CommitmentError as error:
        return dataclasses.replace(anchors, seed=SealedSeed("", missing=error))


def secret_path(secrets: Path, name: str) -> Path:
    """Where the seed of a set of anchors is kept."""
    return secrets / f"{name}.anchors.json"


def keep_anchors(secrets: Path, name: str) -> str:
    """Draw the seed of a new set and write it to a file of mode 600; returns the digest for the configurations.

    RoundError where the name cannot be one; CommitmentError where there is such a set: a lost seed is a lost set.
    """
    if not _SET.fullmatch(name):
        raise RoundError(f"{name!r} is no name for a set", remedy="1 to 40 of a-z, 0-9 and hyphen")
    path, seed = secret_path(secrets, name), draw_secret().hex()
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CommitmentError("there is such a set", where=path.name, remedy="choose another name") from error
    with os.fdopen(descriptor, "w") as stream:
        stream.write(json.dumps({"schema": SCHEMA, "set": name, "seed": seed}) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return anchors_sha256(seed)


def published_anchors(round_folder: Path) -> str:
    """The seed of a round's anchors as it was published; empty while it is not."""
    path = round_folder / PUBLISHED
    return _read(path, f"{round_folder.name}/{PUBLISHED}") if path.exists() else ""


def _find(anchors: Anchors, round_folder: Path, secrets: Path) -> SealedSeed:
    """From the environment, the organisers' secrets, or what was published; CommitmentError where there is none."""
    path = secret_path(secrets, anchors.set)
    where = VARIABLE if os.environ.get(VARIABLE) else path.name
    seed = os.environ.get(VARIABLE, "") or (_secret(path) if path.exists() else published_anchors(round_folder))
    if not seed:
        remedy = f"such rounds run where {path.parent.name}/{path.name} or {VARIABLE} is, until the set is retired"
        raise CommitmentError("the anchors' secret is not on this machine", where=anchors.set, remedy=remedy)
    if anchors_sha256(seed) != anchors.sha256:
        remedy = "restore the file with which the set was made, or name the digest of this one in a new round"
        raise CommitmentError("this is not the set of anchors that the configuration names", where=where, remedy=remedy)
    return SealedSeed(seed)


def _secret(path: Path) -> str:
    if path.is_symlink() or stat.S_IMODE(path.stat().st_mode) & 0o077:
        remedy = f"make it an ordinary file of mode 600; whoever has read {path.name} knows the anchors"
        raise CommitmentError("others can read the anchors' secret", where=path.name, remedy=remedy)
    return _read(path, path.name)


def _read(path: Path, where: str) -> str:
    try:
        seed = json.loads(path.read_bytes())["seed"]
    except (ValueError, TypeError, KeyError):  # whose error would quote the file
        seed = None
    if not isinstance(seed, str) or not _SHA256.fullmatch(seed):
        remedy = "restore it from the organisers' copy"
        raise CommitmentError("the anchors' seed is damaged", where=where, remedy=remedy) from None
    return seed
