"""Cases: a doubt about a result, open until people have looked. A case bans nobody by itself."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from harness.canonical import plain, sha256_file
from harness.types import Json

SCHEMA = "grand-defi/case/1"
Append = Callable[[Path, str, Mapping[str, Json]], None]  # as harness.attest.log_head.append_signed


def open_case(round_folder: Path, submission: str, why: str, facts: Mapping[str, Json], append: Append) -> Path:
    """Write `cases/<number>.json`, which no other process can take, and enter it in the round's log."""
    folder = round_folder / "cases"
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    number, path = _reserve(folder)
    case = {"schema": SCHEMA, "case": number, "submission": submission, "state": "open", "opened": now, "why": why}
    text = json.dumps(plain({**case, **facts}), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_bytes(text.encode("utf-8", "backslashreplace") + b"\n")
    digest = sha256_file(path)
    append(round_folder / "log.jsonl", "case.opened", {"case": number, "submission": submission, "sha256": digest})
    return path


def _reserve(folder: Path) -> tuple[int, Path]:
    """The first free number, taken by making its file."""
    number = 1
    while True:
        path = folder / f"{number}.json"
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        except FileExistsError:
            number += 1
        else:
            return number, path
