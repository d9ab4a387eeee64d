"""From a checkpoint's source to a folder on disk: a folder as it is, a package converted once, a hub commit fetched.

What is made goes to `<cache>/checkpoints/`, complete or not at all: it is built beside its place under a lock and
renamed. Nothing here judges the files; `checks` and `verify_files` do, against the manifest's hashes, every time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from pathlib import Path

from harness.canonical import sha256_json
from harness.errors import CheckpointError
from harness.intake.child import environment
from harness.intake.hashing import hash_files
from harness.intake.packages import find_pieces, join
from harness.intake.reading import Watch, unwatched
from harness.intake.strict import RefusedError
from harness.intake.tree import is_safe, walk
from harness.types import CheckpointSource, Submission

_FORM = 1  # of converted checkpoints; a change of `convert` that changes its files makes it 2
_CONVERSION_LIMIT = 1800  # seconds

ROOTS = "DEFI_CHECKPOINTS"  # environment: folders, apart from an entry's own, in which checkpoints may lie

Announce = Callable[[str], None]


def resolve_checkpoint(
    submission: Submission, workspace_root: Path, cache: Path, announce: Announce = lambda _: None
) -> Path | None:
    """The folder of a workspace's submission; None for a baseline.

    Args:
        submission: as its manifest declares it.
        workspace_root: holds `submissions/`.
        cache: where converted and fetched checkpoints are kept.
        announce: is told, once, what takes long.

    Raises:
        CheckpointError: it cannot be had; the remedy says how to get it.
    """
    home = workspace_root / "submissions" / submission.team / submission.entry
    return resolve_source(submission.checkpoint, home, cache, submission.files, announce)


def resolve_source(
    source: CheckpointSource,
    home: Path,
    cache: Path,
    files: Collection[str],
    announce: Announce = lambda _: None,
) -> Path | None:
    """As `resolve_checkpoint`, for a manifest in the folder `home` that lists `files`."""
    if source.kind == "none":
        return None
    if source.kind == "folder":
        return _folder(source.path, home)
    if source.kind == "package":
        return _package(source, cache / "checkpoints", announce)
    return _hub(source, cache / "checkpoints", files, announce)


def verify_files(submission: Submission, folder: Path, watch: Watch = unwatched) -> None:
    """Hash every file for real, whatever was noted; CheckpointError lists what is missing, unlisted or different."""
    tree = walk(folder)
    problems = [] if tree.complete else ["the folder cannot be walked to its end"]
    problems += [f"{name} is missing" for name in sorted(submission.files.keys() - tree.entries.keys())]
    listed = [entry for entry in tree.files() if entry.name in submission.files] if tree.complete else []
    digests = hash_files(listed, None, watch)
    for name, entry in tree.entries.items():
        if name not in submission.files:
            problems.append(f"{name} is not listed")
        elif entry.kind != "file":
            problems.append(f"{name} is not an ordinary file")
        elif (digest := digests.get(name)) != submission.files[name]:
            problems.append(
                f"{name}: {digest.what}" if isinstance(digest, RefusedError) else f"{name} has another SHA-256"
            )
    if problems:
        raise CheckpointError(
            f"the checkpoint is not the declared one: {'; '.join(problems)}",
            where=str(folder),
            remedy=_verify_remedy(submission, folder),
        )


def _verify_remedy(submission: Submission, folder: Path) -> str:
    if submission.checkpoint.kind in {"package", "hub"}:
        return f"remove {folder} to have it made again, or correct `files` in the manifest"
    return "restore the files, or correct `files` in the manifest"


def _folder(declared: str, home: Path) -> Path:
    """A folder inside the entry's own, or below one of those that the person at this machine has opened."""
    remedy = (
        "put the checkpoint inside the entry's folder (`path: checkpoint`), or give an absolute path below a folder "
        f"that {ROOTS} lists"
    )
    try:
        path = (home / declared).resolve()
        allowed = [home.resolve(), *(Path(root).resolve() for root in _opened())]
        if not any(path.is_relative_to(root) for root in allowed):
            raise CheckpointError("the checkpoint lies outside the entry's folder", where=declared, remedy=remedy)
        if not path.is_dir():
            what = "the checkpoint folder does not exist" if not path.exists() else "the checkpoint is not a folder"
            raise CheckpointError(what, where=str(path), remedy="correct `checkpoint.path` in the manifest")
    except (OSError, ValueError, RuntimeError) as error:  # too long, a NUL inside, links in a circle
        what = f"the checkpoint's path cannot be followed: {getattr(error, 'strerror', None) or error}"
        raise CheckpointError(what, where=declared, remedy=remedy) from error
    return path


def _opened() -> list[str]:
    """The absolute folders in the environment variable; empty parts would be the current folder."""
    return [root for root in os.environ.get(ROOTS, "").split(os.pathsep) if Path(root).is_absolute()]


# --- packages ------------------------------------------------------------------------------------------------------


def _package(source: CheckpointSource, shelf: Path, announce: Announce) -> Path:
    name = f"{source.package}-{source.revision}-{Path(source.path).stem}-v{_FORM}"

    def build(folder: Path) -> None:
        pieces = find_pieces(source.package, source.revision, source.path)
        announce(f"converting {source.path} to safetensors (once; a minute or two)")
        gguf = pieces[0]
        if len(pieces) > 1:
            gguf = folder.with_suffix(".join") / source.path
            gguf.parent.mkdir(exist_ok=True)
            join(pieces, gguf)
        try:
            _convert(gguf, folder)
        finally:
            shutil.rmtree(folder.with_suffix(".join"), ignore_errors=True)

    return _build_once(shelf, name, build)


def _convert(gguf: Path, folder: Path) -> None:
    """Convert in a process of its own; what it says is kept for the error message."""
    command = [sys.executable, "-P", "-m", "harness.intake.convert", str(gguf), str(folder)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module; the names are arguments, not a shell's
            command, env=environment(), capture_output=True, text=True, timeout=_CONVERSION_LIMIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise CheckpointError(f"the conversion took more than {_CONVERSION_LIMIT} s", where=gguf.name) from error
    if done.returncode != 0:
        raise CheckpointError(
            f"the conversion failed (exit {done.returncode}): {(done.stderr.strip().splitlines() or ['no words'])[-1]}",
            where=gguf.name,
            remedy="pip install 'grand-defi[gguf]', and see that memory and disk suffice (1 GB and 2 GB)",
        )


# --- the hub -------------------------------------------------------------------------------------------------------


def _hub(source: CheckpointSource, shelf: Path, files: Collection[str], announce: Announce) -> Path:
    """Only the listed files of one commit are fetched, as ordinary files."""
    wanted = sorted(file for file in files if is_safe(file))  # the check `paths` reports the others
    name = f"hub-{source.repository.replace('/', '--')}-{source.revision}-{sha256_json(wanted)[:8]}"

    def build(folder: Path) -> None:
        announce(f"fetching {source.repository} at {source.revision[:12]}")
        fetched = _snapshot(source, wanted)
        for file in wanted:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            if (fetched / file).is_file():
                shutil.copyfile(fetched / file, folder / file)

    return _build_once(shelf, name, build)


def _snapshot(source: CheckpointSource, files: Collection[str]) -> Path:
    import huggingface_hub
    from huggingface_hub import constants

    offline = bool(constants.HF_HUB_OFFLINE)
    try:
        return Path(
            huggingface_hub.snapshot_download(
                source.repository, revision=source.revision, allow_patterns=list(files), local_files_only=offline
            )
        )
    except Exception as error:  # the client raises errors of five libraries; all mean that the files cannot be had
        what = f"cannot be fetched from the hub: {type(error).__name__}: {str(error).partition(chr(10))[0]}"
        remedy = (
            "HF_HUB_OFFLINE is set: unset it where there is a network, run the check once, then come back"
            if offline
            else "see that the repository, the commit and the network are right (HF_TOKEN for a private one)"
        )
        raise CheckpointError(what, where=f"{source.repository}@{source.revision}", remedy=remedy) from error


# --- the shelf -----------------------------------------------------------------------------------------------------


def _build_once(shelf: Path, name: str, build: Callable[[Path], None]) -> Path:
    """The folder `shelf/name`, built if it is not there yet; whole or not at all, by one process at a time."""
    final = shelf / name
    if not final.is_dir():
        try:
            _build_locked(shelf, final, build)
        except OSError as error:
            remedy = "make room there and see that it can be written, or set DEFI_CACHE to another folder"
            raise CheckpointError(f"the cache cannot be written: {error}", where=str(shelf), remedy=remedy) from error
    return final


def _build_locked(shelf: Path, final: Path, build: Callable[[Path], None]) -> None:
    from filelock import FileLock

    shelf.mkdir(parents=True, exist_ok=True)
    rough = shelf / f".{final.name}.partial"
    with FileLock(shelf / f".{final.name}.lock"):
        if final.is_dir():  # another process was quicker
            return
        shutil.rmtree(rough, ignore_errors=True)  # of a process that was killed
        rough.mkdir()
        try:
            build(rough)
            rough.rename(final)
        finally:
            shutil.rmtree(rough, ignore_errors=True)
