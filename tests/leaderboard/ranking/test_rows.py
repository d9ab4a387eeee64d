"""Scores as columns: the same figures as row by row, and layouts held once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.types import ScoreRow
from leaderboard.ranking import assemble
from leaderboard.ranking.rows import CATEGORIES, Pool, as_rows, rates, tally, unscored

TASKS = ("problem_solving/a", "understanding/b")


@st.composite
def some_rows(draw: st.DrawFn) -> list[ScoreRow]:
    """Rows of two tasks in any order, items told twice, unscored ones, any category."""
    made = []
    for number in draw(st.lists(st.integers(0, 7), max_size=30)):
        task, level, language = TASKS[number % 2], 1 + number // 4, ("fr", "en")[number // 2 % 2]
        place = (f"{task}/{language}/{level}/{number}", task, level, language, f"{task}/{level}/{number}", number)
        value = draw(st.one_of(st.none(), st.sampled_from([0.0, 0.25, 1.0])))
        made.append(ScoreRow(*place, 0.25, value, draw(st.sampled_from(CATEGORIES)), draw(st.booleans())))
    return made


@settings(max_examples=30)
@given(some_rows())
def test_columns_are_the_rows(rows: list[ScoreRow]) -> None:
    """What is read back row by row, in slices too, is what went in."""
    found = as_rows(rows)
    assert list(found) == rows
    assert list(found[1:5]) == rows[1:5]
    assert len(found) == len(rows)
    assert as_rows(found) is found


@settings(max_examples=30)
@given(some_rows(), st.sampled_from([None, *TASKS]))
def test_rates_are_counts_over_rows(rows: list[ScoreRow], task: str | None) -> None:
    """Each share is a count over the rows, of one task or of all; of no rows it is 0."""
    own = [row for row in rows if task in (None, row.task)]
    total = max(len(own), 1)
    assert rates(rows, task) == {
        "unscored": sum(row.value is None for row in own) / total,
        "cap_hit": sum(row.capped for row in own) / total,
        "beyond": sum(row.category == "beyond" for row in own) / total,
        "late": sum(row.category == "late" for row in own) / total,
    }


@settings(max_examples=30)
@given(some_rows())
def test_cells_are_tallied(rows: list[ScoreRow]) -> None:
    """Of each cell the different items and the scored rows; of each task the unscored rows and all."""
    items: dict[tuple[str, int, str], set[str]] = {}
    scored: dict[tuple[str, int, str], int] = {}
    lost: dict[str, list[bool]] = {}
    for row in rows:
        cell = (row.task, row.level, row.language)
        items.setdefault(cell, set()).add(row.item)
        scored[cell] = scored.get(cell, 0) + (row.value is not None)
        lost.setdefault(row.task, []).append(row.value is None)
    assert tally(rows) == {cell: (len(items[cell]), scored[cell]) for cell in items}
    assert unscored(rows) == {task: (sum(own), len(own)) for task, own in lost.items()}


def test_equal_layouts_are_one() -> None:
    """Records of the same items share their layout; another order or another item is another layout."""
    one = [ScoreRow(f"i{n}", TASKS[0], 1, "fr", f"c{n}", n, 0.0, 1.0, "right", capped=False) for n in range(3)]
    pool = Pool()
    first, same = pool.rows(one), pool.rows([replace(row, value=0.0) for row in one])
    assert first.layout is same.layout
    assert pool.rows(one[::-1]).layout is not first.layout
    assert first.key != same.key
    assert first.key == as_rows(one).key


@settings(max_examples=30)
@given(some_rows(), some_rows(), some_rows())
def test_columns_and_rows_assemble_alike(one: list[ScoreRow], two: list[ScoreRow], three: list[ScoreRow]) -> None:
    """Whoever has which items, in whatever order, sums, counts and unscored items are those of a plain count."""
    from leaderboard.ranking import Design, TaskDesign

    parts = tuple(TaskDesign(t, t.partition("/")[0], ("fr", "en"), (0.25, 0.25), (2, 2)) for t in TASKS)
    given_rows = [one, two, three]
    table = assemble(Design(parts, ("fr", "en"), (0.5, 0.5)), given_rows)
    for stratum in table.strata:
        for number, rows in enumerate(given_rows):
            values: dict[tuple[str, str, str], list[float | None]] = {}
            for row in rows:
                if (row.task, row.level) == (stratum.task, stratum.level):
                    values.setdefault((row.language, row.cluster, row.item), []).append(row.value)
            expected: dict[tuple[str, str], float] = {}
            missing = dict.fromkeys(stratum.languages, 0)
            for (language, cluster, _), own in values.items():
                known = [value for value in own if value is not None]
                missing[language] += not known
                if known:
                    expected[language, cluster] = expected.get((language, cluster), 0) + sum(known) / len(known)
            for place, language in enumerate(stratum.languages):
                sums = [expected.get((language, cluster), 0.0) for cluster in stratum.clusters]
                assert stratum.sums[place, :, number].tolist() == pytest.approx(sums)
                assert stratum.unscored[place, number] == missing[language]


def test_clusters_of_different_submissions_are_lined_up(builder: Any) -> None:
    """Who answered first half and who answered second half share the columns of all clusters."""
    design = builder.design(levels=1, count=4, tasks=[TASKS[0]], languages=("fr",))
    rows = builder.rows(design, lambda *_: 1.0)
    (stratum,) = assemble(design, [rows[:2], rows[2:], rows]).strata
    assert stratum.counts[0].tolist() == [[1, 0, 1], [1, 0, 1], [0, 1, 1], [0, 1, 1]]
