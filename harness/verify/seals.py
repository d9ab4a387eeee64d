"""Where a record was judged more than once, are the former seals and judgements kept as they were?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.attest.files import read_canonical
from harness.attest.sealing import FORMER, SEAL
from harness.canonical import sha256_file
from harness.types import Json
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, ok

_SAME = ("completions.jsonl", "plan.json", "submission.json")  # judging again changes none of these


def check(evidence: Evidence) -> Iterator[Check]:
    """From seal to seal by their hashes; the answers must be the same under all of them."""
    current: dict[str, Json] = evidence.seal
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
        current = former
    if current["number"] != 1:
        yield failed(SEAL, f"seal {current['number']} names no former one")
    again = evidence.seal["number"] - 1
    yield ok(f"judged again {counted(again, 'time')}, each former seal kept" if again else "the first seal")
