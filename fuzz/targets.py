"""What is fuzzed: each target takes bytes, lets a reader and the rules that follow it see them, and must return."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.intake.checks import (
    architecture,
    chat_template,
    context_length,
    declarations,
    identity,
    json_files,
    kernels,
    licence,
    memory,
    names,
    parameters,
    paths,
    remote_code,
    safetensors_headers,
    shard_index,
    tokenizer,
    tokenizer_parts,
)
from harness.intake.dossier import Check, Dossier
from harness.intake.manifest import inspect_manifest, to_submission
from harness.intake.safetensors_header import read_header
from harness.intake.strict import RefusedError
from harness.types import Finding

SAFETENSORS = (8).to_bytes(8, "little") + b"{}      "
_RAW: dict[str, Any] = {"prompting": "chat", "context_length": 128, "dtype": "float32", "parameters": 0}
_SOUND = {
    "tokenizer": {"empty": False, "front": 0, "last": "", "parts": [], "losses": []},
    "architecture": {"missing": [], "unexpected": [], "mismatched": []},
}

Target = Callable[[bytes], None]


class _Quick(Dossier):
    """A dossier for which the libraries, which look from a child process of their own, find everything sound."""

    examination = _SOUND  # type: ignore[assignment]


def safetensors(folder: Path) -> Target:
    """The header's reader: tensors that cover the data, or a refusal."""
    path = folder / "model.safetensors"

    def see(data: bytes) -> None:
        path.write_bytes(data)
        try:
            tensors = read_header(path)
        except RefusedError:
            return
        length = int.from_bytes(data[:8], "little")
        if sum(tensor.end - tensor.begin for tensor in tensors) != len(data) - 8 - length:
            raise AssertionError("accepted, and the tensors do not cover the data")
        _apply(folder, [safetensors_headers.CHECK, parameters.CHECK])

    return see


def config(folder: Path) -> Target:
    """config.json, and an index, through every rule that reads one."""
    (folder / "model.safetensors").write_bytes(SAFETENSORS)
    rules = [json_files, remote_code, kernels, architecture, context_length, memory, shard_index, paths]

    def see(data: bytes) -> None:
        for name in ("config.json", "model.safetensors.index.json"):
            (folder / name).write_bytes(data)
        _apply(folder, [rule.CHECK for rule in rules])

    return see


def tokenizers(folder: Path) -> Target:
    """tokenizer.json and tokenizer_config.json; a chat template is looked for and not rendered (a child does that)."""
    chat_template._render = lambda _: None
    rules = [json_files, remote_code, tokenizer, tokenizer_parts, chat_template]

    def see(data: bytes) -> None:
        for name in ("tokenizer.json", "tokenizer_config.json"):
            (folder / name).write_bytes(data)
        (folder / "chat_template.jinja").write_bytes(data)
        _apply(folder, [rule.CHECK for rule in rules])
        (folder / "chat_template.jinja").unlink()
        _apply(folder, [rule.CHECK for rule in rules])

    return see


def manifest(folder: Path) -> Target:
    """manifest.yaml: findings, or a submission; then the rules over its texts."""
    home = folder / "submissions" / "team-a" / "entry-a"
    home.mkdir(parents=True)
    rules = [identity, names, licence, declarations]

    def see(data: bytes) -> None:
        (home / "manifest.yaml").write_bytes(data)
        raw, found = inspect_manifest(home)
        if raw is None:
            _sound(found)
            return
        if not found:
            to_submission(raw)
        dossier = _Quick(home, raw, None, None)
        _sound([*found, *(one for rule in rules for one in rule.CHECK.run(dossier))])

    return see


TARGETS: dict[str, Callable[[Path], Target]] = {
    "safetensors": safetensors,
    "config": config,
    "tokenizer": tokenizers,
    "manifest": manifest,
}


def _apply(folder: Path, checks: list[Check]) -> None:
    dossier = _Quick(folder, _RAW, None, folder)
    _sound([found for check in checks for found in check.run(dossier)])


def _sound(findings: list[Finding]) -> None:
    """Findings can be printed and sent: no control character, no half character, never without a remedy."""
    for found in findings:
        json.dumps([found.where, found.what, found.remedy], ensure_ascii=False).encode()
        if not (found.where.isprintable() and found.what.isprintable() and found.remedy):
            raise AssertionError(f"a finding cannot be shown: {found!r}")
