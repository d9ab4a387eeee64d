"""What is kept of a round's records: quick, never believed when a file changed, and never needed."""

import dataclasses
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from trial import run, up_to

from harness.errors import RecordError
from harness.journal import Journal
from harness.record import RoundPaths, RunPaths, read_run, write_json, write_scores
from harness.types import Completion
from leaderboard.kept import FOLDER, Kept, load, save
from leaderboard.ranking.rows import as_rows


@pytest.fixture
def record(tmp_path: Path) -> RunPaths:
    """A record with answers of one turn, of two, one told twice, and one without a score."""
    files, made = RoundPaths(tmp_path, "trial").run("alpha", "two"), run("alpha/two", up_to(2))
    write_json(files.submission, made.submission)
    write_json(files.state, {"state": "scored", "reason": ""})
    write_json(files.plan, {"hash": "p" * 64, "items": []})
    write_json(files.conditions, made.conditions)
    write_scores(files, made.scores)
    first, second = made.scores[0].item, made.scores[-1].item
    turns = [(first, 0, 1.0), (second, 0, 2.0), (second, 1, 4.0), (first, 0, 8.0), ("other", 0, 16.0)]
    with Journal(files.completions) as journal:
        for item, turn, seconds in turns:
            journal.append(Completion(item, "text", "stop", 1, 1, "", seconds=seconds, turn=turn))
    return files


def kept(files: RunPaths) -> Kept:
    """As a new process would have it."""
    return Kept(files.round_folder)


def test_kept_scores_are_the_records(record: RunPaths) -> None:
    """Read for the first time or from what is kept: the scores, but for their texts, and the plan's hash."""
    filed = read_run(record)
    bare = [dataclasses.replace(row, answer="", reason="", metrics={}) for row in filed.scores]
    for _ in "ab":
        found = kept(record).run(record)
        assert list(found.scores) == bare
        assert found.plan == {"hash": "p" * 64}
        assert (found.team, found.entry, found.state) == ("alpha", "two", "scored")
        assert found.submission == filed.submission


def test_seconds_are_added_up_by_task(record: RunPaths) -> None:
    """A second telling of a turn counts once, turns add up, and answers without a score belong to no task."""
    tasks = {row.item: row.task for row in read_run(record).scores}
    for _ in "ab":
        found = {tasks.get(one.item, ""): one.seconds for one in kept(record).run(record).completions}
        assert found == {"": 16.0, "problem_solving/a": 1.0, "understanding/c": 6.0}


def test_changed_files_are_read_again(record: RunPaths) -> None:
    """New scores or a new plan under the same name are never taken from what was kept of the old ones."""
    kept(record).run(record)
    better = run("alpha/two", up_to(3)).scores
    write_scores(record, better)
    assert [row.value for row in kept(record).run(record).scores] == [row.value for row in better]
    write_json(record.plan, {"hash": "q" * 64})
    assert kept(record).run(record).plan == {"hash": "q" * 64}


@pytest.mark.parametrize("name", ["alpha/two.npz", "layout"])
@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 half", b"[]"])
def test_damage_to_what_is_kept_costs_time_only(record: RunPaths, name: str, damage: bytes) -> None:
    """Half a file, another file, none at all: the record is read, and the file is made again."""
    before = list(kept(record).run(record).scores)
    (path,) = (path for path in (record.round_folder / FOLDER).rglob("*.*") if name in str(path))
    path.write_bytes(damage)
    assert list(kept(record).run(record).scores) == before
    assert path.stat().st_size > len(damage)
    shutil.rmtree(record.round_folder / FOLDER)
    assert list(kept(record).run(record).scores) == before


def test_a_folder_that_cannot_be_written_to_is_no_obstacle(record: RunPaths) -> None:
    """Where nothing can be kept, everything is read."""
    (record.round_folder / FOLDER).write_text("a file in the place of the folder")
    assert len(kept(record).run(record).scores) == len(read_run(record).scores)


def test_a_torn_line_does_not_count_and_a_damaged_one_is_named(record: RunPaths) -> None:
    """As in `read_run`: the last line without its end is passed over, any other damage is a RecordError."""
    whole = record.scores.read_bytes()
    record.scores.write_bytes(whole + b'{"item":"torn')
    assert list(kept(record).run(record).scores) == list(as_rows(read_run(record).scores))
    for wrong in (b"not JSON\n", b'{"unknown":1}\n', b'{"item":"x"}\n', b"3\n"):
        for text in (wrong + whole, whole + wrong):
            record.scores.write_bytes(text)
            with pytest.raises(RecordError):
                kept(record).run(record)


def test_nothing_scored_yet_has_no_rows(tmp_path: Path) -> None:
    """An entry without any file, or with its declaration only, has no scores and no plan."""
    files = RoundPaths(tmp_path, "trial").run("alpha", "two")
    found = kept(files).run(files)
    assert (len(found.scores), found.plan, found.state, found.completions) == (0, None, "planned", ())


def test_arrays_are_kept_under_their_key(tmp_path: Path) -> None:
    """What follows from something else is not given out."""
    save(tmp_path / "a.npz", "one", {"x": np.arange(3)})
    found = load(tmp_path / "a.npz", "one")
    assert found is not None
    assert found["x"].tolist() == [0, 1, 2]
    assert load(tmp_path / "a.npz", "two") is None
    assert load(tmp_path / "b.npz", "one") is None


def test_seals_are_not_got_round_by_what_is_kept(record: RunPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another account could have written is not believed: the scores are the record's, whatever is kept says."""
    honest = list(kept(record).run(record).scores)
    (path,) = (record.round_folder / FOLDER).rglob("two.npz")
    with np.load(path) as found:
        better = {**found, "values": np.ones_like(found["values"])}
    np.savez(path.with_name("better.npz"), allow_pickle=False, **better)
    other = path.stat().st_uid + 1
    changes: list[Callable[[], object]] = [
        lambda: path.chmod(0o620),
        lambda: path.chmod(0o602),
        lambda: monkeypatch.setattr(os, "geteuid", lambda: other),
    ]
    for change in changes:
        path.write_bytes(path.with_name("better.npz").read_bytes())
        change()
        assert list(kept(record).run(record).scores) == honest
        monkeypatch.undo()
    path.unlink()
    path.symlink_to(path.with_name("better.npz"))
    assert list(kept(record).run(record).scores) == honest


def test_what_is_kept_is_its_owners_alone(record: RunPaths) -> None:
    """However open the account's new files are, nobody else writes to these."""
    before = os.umask(0)
    try:
        kept(record).run(record)
    finally:
        os.umask(before)
    files = [path for path in (record.round_folder / FOLDER).rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
