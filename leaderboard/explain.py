"""Why a submission stands where it stands, in sentences, from the round's table; `defi rank --explain` prints them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

import yaml

from harness.errors import UnknownNameError
from harness.types import LANGUAGES, Json
from leaderboard.site.language import FOLDER, Language, typeset

_NAMED = 5  # submissions named in one sentence


@functools.cache
def _texts(code: str) -> Mapping[str, str]:
    """The sentences of one language, with its typography."""
    raw = yaml.safe_load((FOLDER / f"explain.{code}.yaml").read_text(encoding="utf-8"))
    return {key: typeset(text, code) for key, text in raw.items()}


def explain(table: Mapping[str, Json], name: str, language: str = "en") -> list[str]:
    """Sentences, one thought each; UnknownNameError lists the submissions of the table, or the languages."""
    if language not in LANGUAGES:
        raise UnknownNameError("language", language, LANGUAGES)
    rows = {row["submission"]: row for row in table["standings"]}
    if name not in rows:
        raise UnknownNameError("submission", name, rows, where=f"round {table['round']['name']}")
    return list(_Words(table, rows[name], language).sentences())


class _Words:
    """One standing, put into one language's words."""

    def __init__(self, table: Mapping[str, Json], row: Mapping[str, Json], language: str) -> None:
        self.table, self.row, self.round = table, row, table["round"]
        self.language = Language(language)

    def say(self, key: str, **values: object) -> str:
        """A sentence."""
        return _texts(self.language.code)[key].format(**values)

    def sentences(self) -> Iterator[str]:
        """From the place to what it rests on."""
        yield self._place()
        if self.row["area"] is None:
            return
        yield from self._level()
        area = self.row["area"]
        yield self.say("area", value=self.language.score(area["value"]), interval=self.language.interval(area))
        yield self._tracks()
        yield from self._pairs()
        yield from self._languages()
        if self.row["unscored"] or self.row["cap_hit"]:
            shares = {
                key: self.language.percent(self.row[of]) for key, of in (("share", "unscored"), ("cut", "cap_hit"))
            }
            yield self.say("unscored", **shares)

    def _place(self) -> str:
        row = self.row
        contestants = [r for r in self.table["standings"] if r["rank"] and not _apart(r)]
        if not row["rank"]:
            return self.say("unplaced", name=row["submission"], reason=row["reason"] or row["state"])
        places = "–".join(str(bound) for bound in dict.fromkeys(row["rank"]))
        facts = {"name": row["submission"], "places": places, "count": len(contestants)}
        if kind := _apart(row):
            return self.say("apart", kind=self.say(kind), **facts)
        return self.say("rank", **facts)

    def _level(self) -> Iterator[str]:
        levels = max(task["levels"] for task in self.table["tasks"])
        half, most = (self.language.score(tau, 0) for tau in self.round["thresholds"])
        if self.row["level_cleared"] is None:
            yield self.say("untested", tau=half)
        else:
            yield from self._reached(self.row["level_cleared"], levels, half)
        high, reach = self.row["level_cleared_80"], self.round["certifiable"]["level_80"]
        if high is None:
            yield self.say("untested", tau=most)
            return
        yield self.say("high" if high else "high_none", tau=most, level=high)
        if reach <= high < levels:
            yield self.say("short_high" if reach else "short_high_none", tau=most, level=reach)

    def _reached(self, level: int, levels: int, half: str) -> Iterator[str]:
        """The level cleared at the first threshold, and what is known of the next."""
        yield self.say("cleared", level=level, levels=levels, tau=half) if level else self.say("none", tau=half)
        if level == levels:
            yield self.say("top")
        elif "stopping" in self.round:
            yield from self._undecided(level + 1, half)
        else:
            yield from self._stopped(level + 1, half)

    def _undecided(self, level: int, half: str) -> Iterator[str]:
        """The same where the round stops by itself: levels are decided by every answer, and means are of the core."""
        yield self.say("undecided", level=level, tau=half, core=self.round["stopping"]["core"])
        if self.round["certifiable"]["level"] < level:
            yield self.say("short", level=self.round["certifiable"]["level"])
        if found := self._means(level):
            yield self.say("core", level=level, mean=self.language.score(self._mean(found)))
        below = [name for name in found if self.row["by_task"][name]["level_cleared"] < level]
        if below:
            quoted = [f"“{self._title(name)}”" for name in below]
            if self.language.code == "fr":
                quoted = [typeset(f"« {self._title(name)} »", "fr") for name in below]
            yield self.say("lagging", tasks=self._listing(quoted))

    def _stopped(self, level: int, half: str) -> Iterator[str]:
        """What is known of the first level that is not cleared."""
        found = self._means(level)
        if not found:
            return
        mean = self._mean(found)
        key = "unsure" if mean > self.round["thresholds"][0] else "below"
        yield self.say(key, level=level, mean=self.language.score(mean), tau=half)
        if key == "unsure" and level > self.round["certifiable"]["level"]:
            yield self.say("short", level=self.round["certifiable"]["level"])
        weakest, strongest = min(found, key=lambda task: found[task]), max(found, key=lambda task: found[task])
        if weakest != strongest:
            ends = {"low": self.language.score(found[weakest]), "high": self.language.score(found[strongest])}
            yield self.say("weakest", weakest=self._title(weakest), strongest=self._title(strongest), **ends)

    def _means(self, level: int) -> dict[str, float]:
        """Chance-corrected mean of each task at a level."""
        return {
            name: point["value"]
            for name, result in self.row["by_task"].items()
            for point in result["curve"]
            if point["level"] == level and point["language"] == "all" and point["value"] is not None
        }

    def _mean(self, found: Mapping[str, float]) -> float:
        """Tracks equal, and the tasks of a track."""
        tracks = [[found[task] for task in track["tasks"] if task in found] for track in self.table["tracks"]]
        means = [sum(values) / len(values) for values in tracks if values]
        return sum(means) / len(means)

    def _title(self, name: str) -> str:
        return next(
            self.language.typeset(task["title"][self.language.code])
            for task in self.table["tasks"]
            if task["name"] == name
        )

    def _tracks(self) -> str:
        known = {track: area for track, area in self.row["by_track"].items() if area}
        parts = [f"{self.language.text(f'track.{t}')} {self.language.score(a['value'])}" for t, a in known.items()]
        return self.say(
            "tracks", tracks="; ".join(parts) if self.language.code == "en" else typeset(" ; ".join(parts), "fr")
        )

    def _pairs(self) -> Iterator[str]:
        """Whom it beats, who beats it, and from whom nothing tells it apart."""
        found: dict[str, list[str]] = {"ahead": [], "behind": [], "level_with": []}
        for pair in self.table["comparisons"]:
            if self.row["submission"] not in (pair["a"], pair["b"]):
                continue
            first = self.row["submission"] == pair["a"]
            leads = (pair["difference"] > 0) == first
            key = ("ahead" if leads else "behind") if pair["real"] else "level_with"
            found[key].append(pair["b"] if first else pair["a"])
        for key, names in found.items():
            if names:
                yield self.say(key, names=self._listing(names))

    def _listing(self, names: Sequence[str]) -> str:
        more = [self.say("others", count=len(names) - _NAMED)] if len(names) > _NAMED + 1 else []
        return str(self.language.listing([*(names[:_NAMED] if more else names), *more]).unescape())

    def _languages(self) -> Iterator[str]:
        gap = self.row["language_gap"]
        if gap is None:
            return
        first, second = (self.language.name_of(code) for code in self.round["languages"][:2])
        shown = {"value": self.language.gap(gap["value"]), "interval": self.language.gap_interval(gap)}
        sentence = self.say("gap", first=first[:1].upper() + first[1:], second=second, **shown)
        yield f"{sentence} {self.say('gap_real' if gap['low'] > 0 or gap['high'] < 0 else 'gap_none')}"


def _apart(row: Mapping[str, Json]) -> str:
    """Why a standing takes nobody's place; empty for a contestant."""
    return "baseline" if row["baseline"] else "open" if row["division"] == "open" else ""
