from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file


def weights(entry: Any) -> dict[str, np.ndarray[Any, Any]]:
    """The tensors of the entry, to change and `store`."""
    return dict(load_file(entry.checkpoint / "model.safetensors"))


def store(entry: Any, tensors: dict[str, np.ndarray[Any, Any]]) -> None:
    """Write them, and declare their number."""
    save_file(tensors, entry.checkpoint / "model.safetensors")
    entry.manifest["parameters"] = sum(tensor.size for tensor in tensors.values())


def test_a_sound_model_passes(llama: Any) -> None:
    """The libraries find every tensor in its place."""
    assert llama.codes() == []


def test_a_missing_tensor_is_refused(llama: Any) -> None:
    """What transformers would fill with random numbers is an error that names the tensor."""
    tensors = weights(llama)
    del tensors["model.norm.weight"]
    store(llama, tensors)
    assert [(f.code, f.where) for f in llama.breaches()] == [("architecture.missing", "model.norm.weight")]


def test_a_renamed_tensor_is_two_findings(llama: Any) -> None:
    """One is missing, one is unexpected."""
    tensors = weights(llama)
    tensors["model.norm.wait"] = tensors.pop("model.norm.weight")
    store(llama, tensors)
    assert llama.codes() == ["architecture.missing", "architecture.unexpected"]


def test_a_wrong_shape_is_refused_with_both(llama: Any) -> None:
    """The finding shows what the file has and what the configuration asks for."""
    llama.change("config.json", intermediate_size=12)
    found = llama.breaches()
    assert [f.code for f in found] == ["architecture.shape"] * 3
    assert "[4, 8]" in found[0].what
    assert "[4, 12]" in found[0].what


def test_a_tied_head_may_be_left_out(llama: Any) -> None:
    """Shared weights are stored once."""
    tensors = weights(llama)
    del tensors["lm_head.weight"]
    store(llama, tensors)
    assert llama.codes() == ["architecture.missing"]
    llama.change("config.json", tie_word_embeddings=True)
    assert llama.codes() == []


def test_invented_layers_are_listed_up_to_a_bound(llama: Any) -> None:
    """Four hundred layers over one layer of weights: twenty findings and their number."""
    llama.change("config.json", num_hidden_layers=400)
    found = llama.breaches()
    assert {f.code for f in found} == {"architecture.missing"}
    assert len(found) == 21
    assert f"{399 * 9} in all" in found[-1].what


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("vocab_size", 20_000_000),
        ("num_hidden_layers", 100_000),
        ("hidden_size", 10**40),
        ("intermediate_size", -1),
        ("num_hidden_layers", 1.0),
        ("text_config", {"num_local_experts": 10**6}),
    ],
)
def test_absurd_sizes_are_refused_before_anything_is_built(entry: Any, key: str, value: Any) -> None:
    """Sizes are bounded first, at any depth, so that no library is asked for them."""
    entry.change("config.json", **{key: value})
    assert entry.codes() == ["architecture.bounds"]


@pytest.mark.parametrize("kind", ["lama", "clip", None, 3])
def test_an_unknown_architecture_is_refused(llama: Any, kind: Any) -> None:
    """No such model_type, one that writes no text, and none at all."""
    llama.change("config.json", model_type=kind)
    (found,) = llama.breaches()
    assert found.code == "architecture.unknown"
    assert kind != "lama" or "did you mean 'llama'?" in found.remedy


def test_what_the_libraries_refuse_is_a_finding(llama: Any) -> None:
    """Their words are passed on, and nothing crashes."""
    llama.change("config.json", num_attention_heads=0)
    assert llama.codes() == ["architecture.refused"]


def test_weights_under_another_name_are_not_found(entry: Any) -> None:
    """The engine looks for model.safetensors or an index, and so do we."""
    (entry.checkpoint / "model.safetensors").rename(entry.checkpoint / "weights.safetensors")
    assert entry.codes() == ["architecture.files"]


def test_breaking_the_limits_is_a_finding(entry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that died without an answer bars the entry."""
    monkeypatch.setattr("harness.intake.dossier.examine", lambda *_: {})
    assert entry.codes() == ["architecture.limits", "tokenizer.limits"]
