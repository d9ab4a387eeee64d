"""Where a record was judged more than once, are the former seals and judgements kept as they were?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.attest.files import read_canonical
from harness.attest.sealing import FORMER, SEAL
from harness.canonical import sha256_file
from harness.types import Json
from harness.verify import heads
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, ok
from harness.voiding import FOLDER, before_voiding

_ANSWERS = "completions.jsonl"
_SAME = ("plan.json", "submission.json")  # judging again changes none of these


def check(evidence: Evidence) -> Iterator[Check]:
    """From seal to seal by their hashes; the answers must be the same under all of them, but for what was voided."""
    current: dict[str, Json] = evidence.seal
    voided: list[str] = []
    while current["former"] is not None:
        number, folder = current["former"]["number"], evidence.folder / FORMER / str(current["former"]["number"])
        if number != current["number"] - 1 or sha256_file(folder / SEAL) != current["former"]["sha256"]:
            yield failed(f"{FORMER}/{number}/{SEAL}", f"not the seal that seal {current['number']} replaced")
            return
        former = read_canonical(folder / SEAL)
        for name in [path.name for path in folder.iterdir() if path.name in former["files"]]:
            if sha256_file(folder / name) != former["files"][name]["sha256"]:
                yield failed(f"{FORMER}/{number}/{name}", "not as it was sealed")
        for name in _SAME:
            if former["files"][name] != current["files"][name]:
                yield failed(name, f"changed between seal {number} and seal {current['number']}")
        voided += sorted(name for name in _voided(current) if name not in former["files"])
        if before_voiding(evidence.folder, voided) != former["files"][_ANSWERS]["sha256"]:
            yield failed(_ANSWERS, f"changed between seal {number} and seal {current['number']}")
        current = former
    if current["number"] != 1:
        yield failed(SEAL, f"seal {current['number']} names no former one")
    again = evidence.seal["number"] - 1
    yield ok(f"judged again {counted(again, 'time')}, each former seal kept" if again else "the first seal")
    if voided:
        yield from _ruled(evidence, voided)


def _voided(seal: dict[str, Json]) -> list[str]:
    """The files of answers that were voided, as a seal names them."""
    return [name for name in seal["files"] if re.fullmatch(rf"{FOLDER}/[0-9]+\.jsonl", name)]


def _ruled(evidence: Evidence, voided: list[str]) -> Iterator[Check]:
    """Whether a ruling stands in the log for every voiding, before any reveal: answers are not dropped in silence."""
    lines, name = heads.standing(evidence), evidence.plan["submission"]
    shown = next((one.index for one in lines if one.event == "round.revealed"), len(lines))
    told = {one.facts.get("ruling"): one.index for one in lines
            if one.event == "result.voided" and one.facts.get("submission") == name}  # fmt: skip
    for path in voided:
        number = int(path.removeprefix(f"{FOLDER}/").removesuffix(".jsonl"))
        if told.get(number, shown) >= shown:
            yield failed(path, "no ruling in the log, before the reveal and under its head, voids these answers")
        else:
            yield ok(f"line {told[number] + 1} of the log voids the answers in {path}, which are kept")
