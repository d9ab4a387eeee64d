"""Only the kinds of file that a checkpoint needs; programs and other weight formats are refused by name."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.file_types import ALLOWED, ALLOWED_NAMES, is_allowed
from harness.intake.finding import finding
from harness.types import Finding

PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".pdparams", ".h5", ".keras")
PROGRAMS = (".py", ".pyc", ".pyd", ".so", ".dll", ".dylib", ".sh", ".exe", ".js", ".wasm", ".ipynb", ".whl", ".jar")
_LEFT_BEHIND = {".DS_Store": "macOS", "Thumbs.db": "Windows", ".gitattributes": "Git", ".gitignore": "Git"}

CODES = {
    "weights.none": "The checkpoint folder holds no .safetensors file.",
    "weights.pickle": "Pickle-based weights run code of the sender when they are loaded; safetensors only.",
    "weights.gguf": "GGUF weights: an entry is compared on safetensors, or converted from a package by the intake.",
    "code.file": "A program in the checkpoint: the round runs weights, never a team's code.",
    "file.type": f"A kind of file that no checkpoint needs (allowed: {', '.join(ALLOWED + ALLOWED_NAMES)}).",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Judge by name alone; `file_bytes` judges by content."""
    if dossier.checkpoint and not dossier.with_suffix(".safetensors"):
        what, remedy = "no .safetensors file", "save the weights with `save_pretrained(folder)`"
        yield finding("weights.none", "checkpoint", what, remedy)
    for name in dossier.tree.entries:
        yield from _judge(name)


def _judge(name: str) -> Iterator[Finding]:
    lower = name.lower()
    if is_allowed(name):
        return
    if lower.endswith(PICKLES):
        remedy = "convert to safetensors with `save_pretrained(folder)`, and remove this file"
        yield finding("weights.pickle", name, "weights in a format that can run code", remedy)
    elif lower.endswith(".gguf"):
        yield finding("weights.gguf", name, "GGUF weights", "convert to safetensors, and remove this file")
    elif lower.endswith(PROGRAMS):
        yield finding("code.file", name, "a program", "remove it: custom code is not run")
    else:
        left_by = _LEFT_BEHIND.get(name.rpartition("/")[2])
        what = f"left there by {left_by}" if left_by else "a kind of file that no checkpoint needs"
        yield finding("file.type", name, what, "remove it")


CHECK = Check("file types", CODES, run)
