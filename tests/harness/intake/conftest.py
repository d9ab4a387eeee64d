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
from harness.intake import dossier
from harness.intake.dossier import Scope
from harness.intake.examine import answer_part
from harness.intake.verdict import Verdict, check_submission, explanations
from harness.types import Finding
from harness.workspace import Workspace

SOUND = {
    "tokenizer": {"empty": False, "front": 1, "last": ""},
    "architecture": {"missing": [], "unexpected": [], "mismatched": []},
}
TEMPLATE = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}"


@dataclass
class Entry:
    """An entry under construction: change files or manifest keys, then `check()`."""

    root: Path
    manifest: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] | None = None  # what the manifest lists; None: the truth
    scope: Scope = field(default=Scope())  # how far the intake looks

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
        """Write the manifest and run the whole intake; whatever it says is explained."""
        self.write()
        verdict = check_submission(self.folder, self.workspace, scope=self.scope)
        assert {found.code for found in verdict.findings} <= explanations().keys()
        return verdict

    def breaches(self) -> list[Finding]:
        """All findings but the one that every sound model has."""
        return [found for found in self.check().findings if found.code != "memory.estimate"]

    def codes(self) -> list[str]:
        """The codes of all breaches, in order."""
        return [found.code for found in self.breaches()]


@pytest.fixture(autouse=True)
def libraries(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The libraries find every model sound, in no time, but where a test asks for them with `llama`."""
    if request.node.get_closest_marker("model") is None:
        answers = (lambda folder, shapes, parts: {p: answer_part(p, folder, shapes) for p in parts}) if (
            "llama" in request.fixturenames) else (lambda *_: SOUND)  # fmt: skip
        monkeypatch.setattr(dossier, "examine", answers)


@pytest.fixture
def llama(entry: Entry) -> Entry:
    """A sound entry whose model and tokenizer the libraries themselves accept: one layer, eight tokens."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    shapes = {f"model.layers.0.self_attn.{name}_proj.weight": (4, 4) for name in "qkvo"}
    shapes |= {f"model.layers.0.mlp.{name}_proj.weight": (8, 4) for name in ("gate", "up")}
    shapes |= {f"model.{name}.weight": (4,) for name in ("norm", "layers.0.input_layernorm")}
    shapes |= {"model.layers.0.post_attention_layernorm.weight": (4,), "model.layers.0.mlp.down_proj.weight": (4, 8)}
    shapes |= {"model.embed_tokens.weight": (8, 4), "lm_head.weight": (8, 4)}
    save_file({n: np.ones(s, np.float32) for n, s in shapes.items()}, entry.checkpoint / "model.safetensors")
    sizes = {"num_hidden_layers": 1, "hidden_size": 4, "intermediate_size": 8, "vocab_size": 8}
    heads = {"num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 4, "tie_word_embeddings": False}
    entry.change("config.json", **sizes, **heads)
    words = {"<unk>": 0, "<s>": 1, "</s>": 2, "phrase": 3, "a": 4}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    entry.put("tokenizer.json", tokenizer.to_str())
    names = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    entry.put("tokenizer_config.json", names | {"tokenizer_class": "PreTrainedTokenizerFast"})
    entry.manifest["parameters"] = sum(int(np.prod(shape)) for shape in shapes.values())
    return entry


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
