"""A small sound entry, built on disk, that each test breaks in one way."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from safetensors.numpy import save_file

from harness.canonical import sha256_file
from harness.intake.verdict import Verdict, check_submission
from harness.workspace import Workspace

TEMPLATE = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}"


@dataclass
class Entry:
    """An entry under construction: change files or manifest keys, then `check()`."""

    root: Path
    manifest: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] | None = None  # what the manifest lists; None: the truth

    @property
    def folder(self) -> Path:
        return self.root / "submissions/team-a/entry-a"

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint"

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.root, self.root / "runs", self.root / ".cache")

    def truth(self) -> dict[str, str]:
        """The ordinary files of the checkpoint with their hashes."""
        found = [p for p in sorted(self.checkpoint.rglob("*")) if p.is_file() and not p.is_symlink()]
        return {p.relative_to(self.checkpoint).as_posix(): sha256_file(p) for p in found}

    def put(self, name: str, content: bytes | str | dict[str, Any]) -> None:
        """Write a file into the checkpoint; a dict as JSON."""
        path = self.checkpoint / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def change(self, name: str, **keys: Any) -> None:
        """Change keys of a JSON file of the checkpoint."""
        self.put(name, json.loads((self.checkpoint / name).read_text()) | keys)

    def write(self) -> Path:
        """Write the manifest."""
        content = self.manifest | {"files": self.truth() if self.files is None else self.files}
        path = self.folder / "manifest.yaml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return path

    def check(self) -> Verdict:
        """Write the manifest and run the whole intake."""
        self.write()
        return check_submission(self.folder, self.workspace)

    def codes(self) -> list[str]:
        """The codes of all findings, in order."""
        return [found.code for found in self.check().findings]


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    """A sound entry: the whole intake has nothing to say about it."""
    made = Entry(tmp_path)
    made.checkpoint.mkdir(parents=True)
    (tmp_path / "configs").mkdir()
    tensors = {
        "embed": np.arange(12, dtype=np.float32).reshape(4, 3),
        "head": np.ones((3, 2), np.float32),
    }
    save_file(tensors, made.checkpoint / "model.safetensors")
    made.put("config.json", {"model_type": "llama", "max_position_embeddings": 128})
    made.put("generation_config.json", {"do_sample": False})
    made.put("tokenizer.json", {"model": {"vocab": {"a": 0, "auto_map": 1}}})
    made.put("tokenizer_config.json", {"bos_token": "<s>"})
    made.put("chat_template.jinja", TEMPLATE)
    made.manifest = {
        "schema": 1,
        "team": "team-a",
        "entry": "entry-a",
        "title": "Modèle A",
        "engine": "transformers",
        "checkpoint": {"kind": "folder", "path": "checkpoint"},
        "dtype": "float32",
        "prompting": "chat",
        "license": "Apache-2.0",
        "languages": ["fr", "en"],
        "training_data": "Eighteen numbers that were drawn by hand for this test.",
        "contact": "team@example.org",
        "parameters": 18,
        "context_length": 128,
    }
    return made
