"""`defi key`: what is printed, and what never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.attest.keys import read_public_key
from harness.cli.main import main


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Exit code, and all that was printed."""
    code = 0
    try:
        main(list(words))
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_a_new_key_is_told_by_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The files and the id are printed, and not a line of the private key."""
    path = tmp_path / "a.key"
    code, told = call(capsys, "key", "new", str(path))
    assert code == 0
    assert read_public_key(tmp_path / "a.key.pub").id in told
    assert str(path) in told
    assert path.read_text().splitlines()[1] not in told


def test_both_halves_show_the_same_public_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` prints the public PEM and the id, from whichever file it is given."""
    path = tmp_path / "a.key"
    call(capsys, "key", "new", str(path))
    shown = [call(capsys, "key", "show", str(file)) for file in (path, tmp_path / "a.key.pub")]
    assert shown[0] == shown[1]
    assert shown[0][0] == 0
    assert (tmp_path / "a.key.pub").read_text() in shown[0][1]
    assert path.read_text().splitlines()[1] not in shown[0][1]


def test_what_cannot_be_done_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key that exists, one that others may read, and none at all: exit 1, with the remedy."""
    path = tmp_path / "a.key"
    call(capsys, "key", "new", str(path))
    assert call(capsys, "key", "new", str(path))[0] == 1
    path.chmod(0o644)
    code, told = call(capsys, "key", "show", str(path))
    assert code == 1
    assert "chmod 600" in told
    code, told = call(capsys, "key", "show", str(tmp_path / "none"))
    assert (code, "`defi key new FILE` draws one" in told) == (1, True)
