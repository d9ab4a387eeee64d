"""Where a sealed round is run: its secret is kept from others, and its seed is known only when it may be."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from harness.commitment import CommitmentError, SealedSeed
from harness.sealed_round import (
    VARIABLE,
    RoundSecret,
    demand_seed,
    find_secret,
    keep_secret,
    refuse_late,
    rules_digest,
    secret_path,
)
from harness.types import Round

BOTH = "11" * 32 + "22" * 32


def test_a_secret_is_drawn_once_and_kept_from_others(tmp_path: Path) -> None:
    """Mode 600 in a folder of mode 700; opening again finds the same one."""
    made = keep_secret(tmp_path / "secrets", "spring")
    path = secret_path(tmp_path / "secrets", "spring")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert keep_secret(tmp_path / "secrets", "spring") == made == find_secret(tmp_path / "secrets", "spring")
    assert made != keep_secret(tmp_path / "secrets", "autumn")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_secret_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    """Whoever has read it knows the items: the organisers must know."""
    keep_secret(tmp_path, "spring")
    secret_path(tmp_path, "spring").chmod(mode)
    with pytest.raises(CommitmentError, match="others can read"):
        find_secret(tmp_path, "spring")


def test_a_link_to_a_secret_is_refused(tmp_path: Path) -> None:
    """The mode of a link says nothing."""
    keep_secret(tmp_path, "spring")
    secret_path(tmp_path, "autumn").symlink_to(secret_path(tmp_path, "spring"))
    with pytest.raises(CommitmentError, match="others can read"):
        find_secret(tmp_path, "autumn")


def test_the_environment_can_hold_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """128 digits, the secret and its salt; then no file is written."""
    monkeypatch.setenv(VARIABLE, BOTH)
    assert keep_secret(tmp_path / "none", "spring") == RoundSecret(bytes([0x11]) * 32, bytes([0x22]) * 32)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("text", [BOTH[:-2], BOTH + "33", "zz" * 64, "a"])
def test_what_is_no_secret_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    """The error says what is needed, and nothing of what was given."""
    with pytest.raises(CommitmentError, match="128 hexadecimal") as told:
        find_secret(tmp_path, "spring", {VARIABLE: text})
    assert len(text) == 1 or text not in str(told.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"secret": "11"}', '{"secret": 1, "salt": 2}'])
def test_a_damaged_secret_is_said_and_not_repeated(tmp_path: Path, content: str) -> None:
    """No parser's error, which would quote the file, is chained to ours."""
    path = secret_path(tmp_path, "spring")
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(CommitmentError) as told:
        find_secret(tmp_path, "spring")
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__ or told.value.__context__ is None


def test_a_secret_is_never_shown() -> None:
    """Neither by repr."""
    assert "1111" not in repr(RoundSecret(b"1" * 32, b"2" * 32))


def test_who_came_late_or_changed_is_refused(tmp_path: Path) -> None:
    """After the closing only the listed digests run; a round in the open, or not closed, refuses nobody."""
    folder = tmp_path / "spring"
    folder.mkdir()
    refuse_late(folder, "t/e", "a" * 64)
    keys = ("commitment", "generator", "generator_digest", "rules", "rules_digest", "opened", "randomness")
    content = dict.fromkeys((*keys, "seed_sha256", "secret", "salt", "revealed", "closed"))
    content |= {"schema": "grand-defi/seed/1", "round": "spring"}
    (folder / "seed.json").write_text(json.dumps(content))
    refuse_late(folder, "t/e", "a" * 64)
    content["closed"] = {"at": "2027", "source": "drand", "submissions": {"t/e": "a" * 64}}
    (folder / "seed.json").write_text(json.dumps(content))
    refuse_late(folder, "t/e", "a" * 64)
    with pytest.raises(CommitmentError, match="was changed after"):
        refuse_late(folder, "t/e", "b" * 64)
    with pytest.raises(CommitmentError, match="came after"):
        refuse_late(folder, "t/late", "a" * 64)


def test_a_round_without_a_seed_says_why() -> None:
    """The reason was found when the round was composed, and is told when items are asked for."""
    nothing = Round("spring", {}, "2027-01-01", SealedSeed(""), ("fr",), (), (), (), sealed=True)
    with pytest.raises(CommitmentError, match="no seed"):
        demand_seed(nothing)
    why = SealedSeed("", CommitmentError("the round is opened"))
    with pytest.raises(CommitmentError, match="opened"):
        demand_seed(Round("spring", {}, "2027-01-01", why, ("fr",), (), (), (), sealed=True))


def test_rules_are_a_text_and_a_configuration() -> None:
    """Another word, or another count, is another digest."""
    made = {rules_digest(text, {"counts": count}) for text in ("a", "b") for count in (1, 2)}
    assert len(made) == 4
