"""The round table as pages read it: cleaned, ordered, indexed, and what its comparisons say in common."""

from __future__ import annotations

import copy
import functools
import operator
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.errors import PublishError
from harness.types import Json
from leaderboard.comparing import places
from leaderboard.site import charts, routes
from leaderboard.site.curves import Point
from leaderboard.site.literal import unpiled

# What no HTML text may hold (control characters, lone surrogates, non-characters), and the overrides and embeddings
# that would turn the text after a name around where <bdi> cannot stand: in titles and labels.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# Characters without a shape: a title of these alone is none, and two that differ by these alone look the same.
_UNSEEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# What a hasty reader takes for a Latin letter: Cyrillic, Greek and Armenian ones as they are written, small or capital,
# then of what is left, without capitals, digits for letters and pairs of letters for one.
_BORROWED = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u03b1\u03b3\u03b7\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0570\u0578\u057d\u0585\u0581\u0131",
    "aeopcyxijshdqwABEKMHOPCTYXIJSaynikvoptuxABEZHIKMNOPTYXhnuogi",
)
_MISREAD = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("|", "l"), ("5", "s"))  # as in the intake
_IDENTIFIER = re.compile(r"[^\s/()]+/[^\s/()]+")
_WHOLE = 100  # characters of an identifier: two names of forty, and what a table of another hand may have
_NAME_LENGTH = 60  # longer titles are cut in tables and whole on their own page


def cleaned(value: Json) -> Json:
    """The same value with every character unfit for a page replaced by U+FFFD: itself where there is none."""
    if isinstance(value, str):
        return _cleaned(value)
    if isinstance(value, Mapping):
        if all(_cleaned(str(key)) is key for key in value):
            changed = {key: new for key, entry in value.items() if (new := cleaned(entry)) is not entry}
            return {**value, **changed} if changed else value
        return {_cleaned(str(key)): cleaned(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        entries = [cleaned(entry) for entry in value]
        same = isinstance(value, list) and all(map(operator.is_, entries, value))
        return value if same else entries
    return value


@functools.lru_cache(maxsize=10_000)
def _cleaned(text: str) -> str:
    """A large round's tables have the same few hundred keys millions of times."""
    if "\r" not in text and not _UNFIT.search(text):
        return text
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def flattened(value: Json, prefix: str = "") -> Iterator[tuple[str, Json]]:
    """Dotted names and leaves of a JSON value, in its own order; a list of plain values is one leaf."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from flattened(entry, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list) and any(isinstance(entry, dict | list) for entry in value):
        for number, entry in enumerate(value, start=1):
            yield from flattened(entry, f"{prefix}[{number}]")
    else:
        yield prefix, ", ".join(map(str, value)) if isinstance(value, list) else value


def known(estimate: Json) -> Json:
    """The estimate, or None where there is none (nothing was scored)."""
    return estimate if estimate and estimate.get("value") is not None else None


@dataclass(frozen=True, slots=True)
class Ahead:
    """Submissions that are really ahead of the same others."""

    who: tuple[str, ...]
    beaten: tuple[str, ...]
    tail: bool  # the beaten are the first of them and all that follow it in the standings


@dataclass(frozen=True, slots=True)
class Findings:
    """Which differences between ranked submissions are real."""

    first: tuple[str, ...]  # the submissions that none beats
    pairs: int  # compared
    real: int  # of them
    ahead: tuple[Ahead, ...]


@dataclass(frozen=True, slots=True)
class Versus:
    """One comparison seen from one submission: the difference is its own minus the other's."""

    other: str
    difference: Mapping[str, Json]
    verdict: str  # "ahead", "behind" or "open"


class View:
    """A round table ready for templates."""

    def __init__(self, table: Json) -> None:
        """Clean and index the table of `round.json`; PublishError when two entries would share a page."""
        self.table = cleaned(table)
        self.round = self.table["round"]
        self.tasks: dict[str, Json] = {task["name"]: {"rungs": [], **task} for task in self.table["tasks"]}
        standings = self.table["standings"]
        self.standings: dict[str, Json] = {row["submission"]: row for row in standings}
        entries = sorted((row for row in standings if not row["baseline"]), key=_order)
        self.contestants = [row for row in entries if row["division"] != "open"]
        self.apart = [row for row in entries if row["division"] == "open"]
        self.ranked = [row for row in self.contestants if row["rank"]]
        self.baselines = sorted((row for row in standings if row["baseline"]), key=_order)
        self.levels = max((task["levels"] for task in self.tasks.values()), default=1)
        self.pages = {row["submission"]: routes.submission_page(row["team"], row["entry"]) for row in standings}
        self.task_pages = {name: routes.task_page(name) for name in self.tasks}
        _refuse_twins([*(row["submission"] for row in standings)], "submission")
        _refuse_twins([*self.pages.values(), *self.task_pages.values()], "page")

    @functools.cached_property
    def production(self) -> Json:
        """The column of open-ended production, or None; PublishError where it names what is not in the standings."""
        column = self.table.get("production")
        strangers = [row["submission"] for row in column["standings"]] if column else []
        if strangers := [name for name in strangers if name not in self.standings]:
            raise PublishError(
                f"the column of production rates what is not in the standings: {', '.join(strangers[:5])}",
                where="round.json",
                remedy="make the table again with `defi rank`",
            )
        return column

    @functools.cached_property
    def stopping(self) -> Json:
        """How the round stops asking what is decided; None where everybody answers everything."""
        return self.round.get("stopping")

    @functools.cached_property
    def asked(self) -> tuple[int, int] | None:
        """The fewest and the most questions that a ranked submission was asked; None where none is ranked."""
        counts = [row["items"] for row in self.ranked]
        return (min(counts), max(counts)) if counts else None

    @functools.cached_property
    def practice(self) -> bool:
        """Whether the round asks public benchmarks, which have rungs and never count."""
        return any(task["rungs"] for task in self.tasks.values())

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """What each submission is called."""
        return shown_names(self.standings)

    def named(self, known: Mapping[str, str]) -> View:
        """The same round with other words for the organisers' own entries, by their titles; all else is shared."""
        shown = self.names | {row["submission"]: known[row["title"]] for row in self.baselines if row["title"] in known}
        _ = self.findings  # worked out once for all languages
        made = copy.copy(self)
        made.__dict__["names"] = shown
        return made

    @functools.cached_property
    def scale(self) -> tuple[float, float]:
        """The common scale of areas of contestants and the open division."""
        return scale_of([row["area"] for row in self.contestants + self.apart])

    @functools.cached_property
    def baseline_scale(self) -> tuple[float, float]:
        """The baselines' scale: the oracle reaches 1, so it is another."""
        return scale_of([row["area"] for row in self.baselines])

    @functools.cached_property
    def versus(self) -> dict[str, list[Versus]]:
        """The table's comparisons from both sides, by submission, in the order of the standings."""
        found: dict[str, list[Versus]] = defaultdict(list)
        for pair in self.table["comparisons"]:
            difference = {key: pair[key] for key in ("value", "low", "high") if key in pair}
            difference.setdefault("value", pair["difference"])
            mirrored = {"value": -difference["value"], "low": -pair["high"], "high": -pair["low"]}
            found[pair["a"]].append(Versus(pair["b"], difference, _verdict(pair["real"], difference["value"])))
            found[pair["b"]].append(Versus(pair["a"], mirrored, _verdict(pair["real"], mirrored["value"])))
        place = {row["submission"]: n for n, row in enumerate(self.contestants + self.baselines)}
        return {name: sorted(rows, key=lambda row: place.get(row.other, 0)) for name, rows in found.items()}

    @functools.cached_property
    def findings(self) -> Findings:
        """What the comparisons between ranked submissions say together."""
        ranked = tuple(row["submission"] for row in self.ranked)
        pairs, real, beaten_by = self._compared(set(ranked))
        groups: dict[tuple[str, ...], list[str]] = {}
        for name in ranked:
            if beaten := beaten_by.get(name, ()):
                groups.setdefault(beaten, []).append(name)
        return Findings(
            first=tuple(row["submission"] for row in self.ranked if row["rank"][0] == 1),
            pairs=pairs,
            real=real,
            ahead=tuple(
                Ahead(tuple(who), beaten, beaten == ranked[len(ranked) - len(beaten) :])
                for beaten, who in groups.items()
            ),
        )

    def _compared(self, placed: set[str]) -> tuple[int, int, dict[str, tuple[str, ...]]]:
        """Pairs of ranked submissions, how many of them are told apart, and by submission whom it is ahead of."""
        if compared := self.table.get("compared"):  # too many for every pair: the table says who is ahead of whom
            order, ahead = compared["order"], compared["ahead"]
            found = {name: tuple(order[place] for place in places(runs)) for name, runs in ahead.items()}
            return compared["pairs"], compared["real"], found
        pairs = [pair for pair in self.table["comparisons"] if {pair["a"], pair["b"]} <= placed]
        found = {
            name: tuple(one.other for one in rows if one.verdict == "ahead" and one.other in placed)
            for name, rows in self.versus.items()
        }
        return len(pairs), sum(bool(pair["real"]) for pair in pairs), found

    def podium(self, places: int = 3, most: int = 6) -> tuple[list[Json], int]:
        """The rows that may hold one of the first places, at most `most`, and how many more there are."""
        rows = [row for row in self.ranked if row["rank"][0] <= places]
        return rows[:most], max(len(rows) - most, 0)

    def on_task(self, task: str) -> tuple[list[Json], list[Json], list[Json]]:
        """Contestants, entries of the open division and baselines that ran a task, by their area on it.

        Contestants without a place come last: where hard questions have no score, the area of the others is no feat.
        """

        def ran(rows: Sequence[Json]) -> list[Json]:
            kept = [row for row in rows if task in row["by_task"]]
            return sorted(kept, key=lambda row: (not row["rank"], -_value(row["by_task"][task]["area"])))

        return ran(self.contestants), ran(self.apart), ran(self.baselines)

    def around(self, submission: str, most: int = 40) -> tuple[list[Versus], int]:
        """The comparisons with the nearest submissions, at most `most`, and how many more there are in the data."""
        rows = self.versus.get(submission, [])
        nearest = sorted(range(len(rows)), key=lambda n: abs(rows[n].difference["value"]))[:most]
        order = self.table["compared"]["order"] if "compared" in self.table else ()
        others = len(order) - 1 if rows and order else len(rows)
        return [rows[n] for n in sorted(nearest)], others - len(nearest)


def cut(text: str, length: int = _NAME_LENGTH) -> str:
    """The text, cut with an ellipsis when it is longer than `length`."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def called(row: Json) -> str:
    """A submission's title, or its identifier where the title has no letter: stars, a medal or a place say no name."""
    title = unpiled(row["title"].strip())
    letters = (unicodedata.category(letter).startswith("L") for letter in _UNSEEN.sub("", title))
    return title if any(letters) else str(row["submission"])


def shown_names(standings: Mapping[str, Json]) -> dict[str, str]:
    """What each of a round's submissions is called: its title, with its identifier where it could be taken for another.

    That is where two look alike, or a title holds the identifier of another submission.
    """
    shown = {name: cut(called(row)) for name, row in standings.items()}
    looks = {name: _look(title) for name, title in shown.items()}
    often = Counter(looks.values())

    def doubtful(name: str, title: str) -> bool:
        others = (found for found in _IDENTIFIER.findall(title) if found != name)
        return often[looks[name]] > 1 or any(found in standings for found in others)

    return {name: f"{title} ({cut(name, _WHOLE)})" if doubtful(name, title) else title for name, title in shown.items()}


def points(curve: Sequence[Json], language: str) -> list[Point]:
    """A curve's points in one language (or `all`), levels without a score left out."""
    rows = [row for row in curve if row["language"] == language and row["value"] is not None]
    return [Point(row["level"], row["value"], row["low"], row["high"]) for row in rows]


def country(row: Json) -> str:
    """The team's country (ISO 3166 alpha-2), empty where it did not say."""
    found = row.get("country") or ""
    return found if re.fullmatch("[A-Z]{2}", found) else ""


def weights(row: Json) -> str:
    """Whether the weights are `open` or `closed`; empty where that is not known."""
    found = row.get("weights") or ""
    return found if found in ("open", "closed") else ""


def size_class(row: Json) -> str:
    """The class of the number of parameters, empty where there is none or nobody said."""
    found = row.get("size_class") or ""
    return "" if found in ("none", "unknown") else found


def joules(row: Json) -> float | None:
    """What a right answer took, where it was measured."""
    energy = row["energy"]
    return energy["per_correct"] if energy["measured"] else None


def _look(title: str) -> str:
    """What a hasty reader takes a title for: small letters and digits alone, borrowed ones for those they look like.

    Two that look alike so are shown with their identifiers: that costs little where they would have been told apart.
    """
    look = _UNSEEN.sub("", unicodedata.normalize("NFKC", title)).translate(_BORROWED).casefold()
    for written, read in _MISREAD:
        look = look.replace(written, read)
    return re.sub(r"[\W_]+", "", look) or look


def _order(row: Json) -> tuple[bool, float]:
    """By area; what has no rank comes last (Codabench #2018: a failed run must not come first)."""
    return not (row["rank"] or row["baseline"]), -_value(row["area"])


def _value(estimate: Json) -> float:
    return float(estimate["value"]) if known(estimate) else float("-inf")


def scale_of(estimates: Sequence[Json]) -> tuple[float, float]:
    """A scale that holds every interval; estimates that do not exist are passed over."""
    shown = [estimate for estimate in estimates if known(estimate)]
    return charts.domain([e["low"] for e in shown], [e["high"] for e in shown])


def _verdict(real: bool, difference: float) -> str:
    return "open" if not real else "ahead" if difference > 0 else "behind"


def _refuse_twins(names: Sequence[str], kind: str) -> None:
    twins = [name for name, count in Counter(names).items() if count > 1]
    if twins:
        raise PublishError(
            f"the round table names one {kind} twice: {', '.join(twins[:5])}",
            where="round.json",
            remedy="each submission and each task appears once; make the table again with `defi rank`",
        )
