"""What is compared with what, and the methods that need no network."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from random import Random

import pytest

from harness.contamination.methods import LEAST, Evidence, like_canary, perturbed_pairs, revealed_gap
from harness.contamination.report import Report, in_order
from harness.contamination.sets import from_file, from_task
from harness.engine.base import EngineContext
from harness.engine.baselines import Chance, Oracle
from harness.errors import UsageError
from harness.prompt import PromptStyle
from harness.task import load_task
from harness.types import Completion, Request, ScoreRow
from harness.verify.cases import open_case

TASK = "problem_solving/word_problems"


class Reciter(Oracle):
    """Knows by heart the answers that it was given, and guesses the others."""

    def answer(self, request: Request) -> Completion:
        known = self.context.gold.get(request.item.removesuffix("~0"))
        if known and request.item.endswith("~0"):
            return dataclasses.replace(known, item=request.item)
        return Chance(self.context).answer(request)


def test_a_task_gives_its_own_controls() -> None:
    """Fresh items are of the same levels and languages, and none of them is a suspected one."""
    found = from_task(TASK, (2, 3), ("fr", "en"), "s", "t", 5)
    assert len(found.texts) == len(found.fresh) == len(found.pairs) == 20
    assert found.strata[0] == found.strata[1]
    assert not set(found.texts) & set(found.fresh)
    assert not set(found.groups[0]) & set(found.groups[1])
    with pytest.raises(UsageError, match="dialogue"):
        from_task("interaction/deduction", (1,), ("fr",), "s", "t", 5)


def test_rows_of_a_file_keep_their_order(tmp_path: Path) -> None:
    """Texts, questions with answers, and canaries; a line that is none is named."""
    path = tmp_path / "set.jsonl"
    rows = [{"text": "b"}, {"question": "q", "answer": "a"}, {"canary": "guid 123"}]
    path.write_text("\n".join(map(json.dumps, rows)))
    found = from_file(path, None)
    assert (found.texts, found.canaries, found.ordered, found.fresh) == (("b", "q\na"), ("guid 123",), True, ())
    for wrong in ("[]", "nonsense", '{"text": 3}', "{}"):
        path.write_text('{"text": "b"}\n' + wrong)
        with pytest.raises(UsageError) as error:
            from_file(path, None)
        assert error.value.where.endswith("set.jsonl:2")


def test_an_entry_that_knows_the_items_by_heart_is_seen() -> None:
    """Answers to the very items against their siblings: a reciter stands out, one that guesses does not."""
    suspected = from_task(TASK, (5,), ("en",), "s", "t", 12)
    gold = {item.id: load_task(TASK).gold(item) for item, _ in suspected.pairs}
    context = EngineContext(PromptStyle("plain"), gold=gold)
    found = perturbed_pairs(Reciter(context), suspected, public=False)
    assert found.p is not None
    assert found.p < 0.01
    assert found.statistic == pytest.approx(1.0, abs=0.1)
    honest = perturbed_pairs(Chance(context), suspected, public=False)
    assert honest.p is not None
    assert honest.p > 0.1
    few = perturbed_pairs(Chance(context), from_task(TASK, (5,), ("en",), "s", "t", LEAST - 1), public=False)
    assert few.p is None
    assert "needed" in few.words


def rows(value: float, count: int, mark: str, level: int = 1) -> list[ScoreRow]:
    """Scores of which a share is right, French and English of one structure alike."""
    rng = Random(mark)
    rights = [float(rng.random() < value) for _ in range(count)]
    kinds = {1.0: "right", 0.0: "wrong"}
    return [
        ScoreRow(f"{mark}{n}{word}", TASK, level, word, f"c{n}", n, 0.0, right, kinds[right], capped=False)
        for n, right in enumerate(rights)
        for word in ("fr", "en")
    ]


def test_the_gap_between_revealed_and_sealed_items() -> None:
    """80 % on revealed items and 30 % on sealed ones is seen; other levels and unscored items do not count."""
    found = revealed_gap([*rows(0.8, 40, "r"), *rows(1.0, 50, "easy", 2)], rows(0.3, 40, "s"))
    assert found.p is not None
    assert found.p < 0.01
    assert found.items == 80
    same = revealed_gap(rows(0.5, 40, "a"), rows(0.5, 40, "b"))
    assert same.p is not None
    assert same.p > 0.05
    assert revealed_gap(rows(0.5, 40, "a"), rows(0.5, 40, "b", 2)).p is None


def test_other_canaries_have_the_same_form() -> None:
    """Digits are drawn anew, words stay, hexadecimal stays hexadecimal; the canary itself is next to never drawn."""
    given = "BENCHMARK canary 8f3e61d0-7a52-4419 of 2026"
    drawn = {like_canary(given, Random(seed)) for seed in range(50)}
    assert len(drawn) == 50
    assert given not in drawn
    for one in drawn:
        assert one.startswith("BENCHMARK canary ")
        assert len(one) == len(given)
        assert [n for n, letter in enumerate(one) if letter in " -"] == [
            n for n, letter in enumerate(given) if letter in " -"
        ]


def test_a_report_is_a_case_and_no_verdict(tmp_path: Path) -> None:
    """Tests are adjusted for their number; what was not made says why; a case holds all of it and stays open."""
    made = [Evidence("min_k", 0.002, 1.0, 30, "w"), Evidence("completion", 0.02, 1.0, 30, "w")]
    report = Report("a/b", "x.jsonl", "s", in_order(made))
    assert report.adjusted == pytest.approx({"min_k": 0.004, "completion": 0.02})
    assert report.flagged == ("min_k",)
    assert [one.words for one in report.evidence if one.p is None] == ["not asked for"] * 4
    path = open_case(tmp_path, "a/b", report.why, {"contamination": report.to_json()}, lambda *_: None)
    case = json.loads(path.read_text())
    assert case["state"] == "open"
    assert case["contamination"]["flagged"] == ["min_k"]
    assert len(case["contamination"]["evidence"]) == 6


def pair_row(pair: str, question: str, answer: str, **more: object) -> dict[str, object]:
    """A row of a published set with its pair; `more` says how it is asked."""
    return {"pair": pair, "question": question, "answer": answer, **more}


SVAMP = {"task": "public/svamp", "level": 1, "language": "en"}


def pair_files(folder: Path, rows: list[dict[str, object]], others: list[dict[str, object]]) -> tuple[Path, Path]:
    paths = folder / "set.jsonl", folder / "changed.jsonl"
    for path, side in zip(paths, (rows, others), strict=True):
        path.write_text("\n".join(map(json.dumps, side)))
    return paths


def test_rows_with_one_pair_are_asked_together(tmp_path: Path) -> None:
    """Every change of an original is a pair with it, in one cluster; rows without a partner are counted, not asked."""
    rows = [pair_row("a", "2 and 3?", "5", **SVAMP), pair_row("b", "1 and 1?", "2", **SVAMP), {"text": "alone"}]
    others = [pair_row("a", "7 and 3?", "10"), pair_row("a", "2 and 9?", "11"), pair_row("z", "0?", "0")]
    found = from_file(*pair_files(tmp_path, rows, others))
    assert [(one.question, other.question) for one, other in found.pairs] == [
        ("2 and 3?", "7 and 3?"),
        ("2 and 3?", "2 and 9?"),
    ]
    assert {item.cluster for pair in found.pairs for item in pair} == {"pair a"}
    assert len({item.id for pair in found.pairs for item in pair[:1]}) == 2, "an engine is asked no id twice"
    assert [other.target for _, other in found.pairs] == ["10", "11"]
    assert {(item.task, item.level, item.language) for pair in found.pairs for item in pair} == {
        ("public/svamp", 1, "en")
    }
    assert "1 of 2 rows have one" in found.changed
    assert found.texts == ("2 and 3?\n5", "1 and 1?\n2", "alone")
    assert len(found.fresh) == 3


def test_files_without_pairs_have_none(tmp_path: Path) -> None:
    """Rows that name no pair, or no file to look in, are compared as texts alone."""
    rows, others = [{"text": "a"}], [{"text": "b"}]
    assert from_file(*pair_files(tmp_path, rows, others)).pairs == ()
    assert from_file(pair_files(tmp_path, [pair_row("a", "q", "5", **SVAMP)], others)[0], None).pairs == ()


@pytest.mark.parametrize(
    ("own", "other", "said", "line"),
    [
        ({}, {}, "needs a question, its answer", "set.jsonl:1"),
        ({"task": "problem_solving/word_problems"}, {}, "needs a question, its answer", "set.jsonl:1"),
        ({**SVAMP, "level": 9}, {}, "no level 9", "set.jsonl:1"),
        ({**SVAMP, "language": "fr"}, {}, "in fr", "set.jsonl:1"),
        (SVAMP, {"answer": "five"}, "does not take 'five'", "changed.jsonl:1"),
        (SVAMP, {"answer": ""}, "needs a question", "changed.jsonl:1"),
        (SVAMP, {"task": "public/gsm8k"}, "another task", "changed.jsonl:1"),
        ({"task": "public/mmlu", "level": 1, "language": "en"}, {}, "does not take", "set.jsonl:1"),
        ({"task": "public/humaneval", "level": 1, "language": "en"}, {}, "does not take|humaneval", "set.jsonl:1"),
    ],
)
def test_a_pair_that_cannot_be_judged_is_named(
    tmp_path: Path, own: dict[str, object], other: dict[str, object], said: str, line: str
) -> None:
    """A wrong answer in a file would look like a model's failing: each must earn 1 by the benchmark's own rules."""
    rows, others = [pair_row("a", "2 and 3?", "5", **own)], [{**pair_row("a", "7 and 3?", "10"), **other}]
    with pytest.raises(UsageError, match=said) as error:
        from_file(*pair_files(tmp_path, rows, others))
    assert error.value.where.endswith(line)


def test_a_second_original_is_named(tmp_path: Path) -> None:
    """One pair has one original."""
    rows = [pair_row("a", "2 and 3?", "5", **SVAMP), pair_row("a", "2 and 4?", "6", **SVAMP)]
    with pytest.raises(UsageError, match="second row of the pair") as error:
        from_file(*pair_files(tmp_path, rows, [pair_row("a", "7 and 3?", "10")]))
    assert error.value.where.endswith("set.jsonl:2")


def test_an_entry_that_knows_a_file_by_heart_is_seen(tmp_path: Path) -> None:
    """Pairs of two files are put to an engine like any other: a reciter stands out, an honest one does not."""
    rows = [pair_row(str(n), f"{n} and 3?", str(n + 3), **SVAMP) for n in range(20)]
    others = [pair_row(str(n), f"{n} and 40?", str(n + 40)) for n in range(20)]
    suspected = from_file(*pair_files(tmp_path, rows, others))
    gold = {item.id: Completion(item.id, str(item.target), "stop", 0, 0, "") for item, _ in suspected.pairs}
    context = EngineContext(PromptStyle("verbatim"), gold=gold)
    found = perturbed_pairs(Reciter(context), suspected, public=True)
    assert found.p is not None
    assert found.p < 0.01
    assert found.statistic == pytest.approx(1.0, abs=0.1)
    assert found.words.endswith("20 of 20 rows have one")
    honest = perturbed_pairs(Chance(context), suspected, public=True)
    assert honest.p is not None
    assert honest.p > 0.1
