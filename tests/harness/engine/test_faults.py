"""Faults that an engine meets: the item that suffers says so, and its neighbours are answered as if without it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from harness.engine.base import EngineContext
from harness.engine.transformers import engine as module
from harness.engine.transformers.engine import TransformersEngine
from harness.errors import EngineError
from harness.prompt import PromptStyle
from harness.types import Completion, Message, Request, Sampling

TOLERANCE = 1e-4  # of the engine in float32


def assert_alike(ours: Sequence[Completion], theirs: Sequence[Completion]) -> None:
    """Each item once, and answered as in the other run."""
    others = {done.item: done for done in theirs}
    assert sorted(done.item for done in ours) == sorted(others)
    for done in ours:
        one = others[done.item]
        assert (done.text, done.finish, done.prompt_sha256) == (one.text, one.finish, one.prompt_sha256)
        assert done.option_logprobs == pytest.approx(one.option_logprobs, abs=TOLERANCE)


def ask(item: str, text: str, *options: str) -> Request:
    return Request(item, "en", (Message("user", text),), Sampling(4), options)


def test_not_even_the_least_fits(tiny: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one request at a time is too much, the run ends with an error that says so, after what was answered."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped")
    said = (Message("user", "one and one"),)
    asked = [Request("pick", "en", said, Sampling(0), ("two", "three")), Request("text", "en", said, Sampling(4))]

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(module, "decode", full)
    done: list[Completion] = []
    engine = TransformersEngine(EngineContext(PromptStyle("plain"), folder), dtype="float32", device="cpu")
    with engine, pytest.raises(EngineError, match="even one request at a time"):
        done.extend(engine.run(asked))
    assert [one.item for one in done] == ["pick"]
    assert engine.notes["memory_halvings"] >= 1


def poison(checkpoint: Path, letter: str) -> None:
    """Make the model's numbers end wherever it reads a letter."""
    token = transformers.AutoTokenizer.from_pretrained(checkpoint)(letter, add_special_tokens=False)["input_ids"]
    tensors = load_file(checkpoint / "model.safetensors")
    tensors["model.embed_tokens.weight"][token] = torch.nan
    save_file(tensors, checkpoint / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize("rows", [1, 64])
@pytest.mark.parametrize("words", [1, 20], ids=["short", "long"])
def test_logits_that_are_no_number_are_that_items_alone(
    tiny: ModuleType, tmp_path: Path, rows: int, words: int
) -> None:
    """Prompts on which the model gives NaN are broken; those computed beside them are answered as if they were not."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped")
    style = PromptStyle("plain")
    asked = []
    for n, letter in enumerate("abcZdefZgh"):
        said = (Message("system", "Say something. " * words), Message("user", f"{n}{letter}{n}"))
        asked += [
            Request(f"t{n}{letter}", "en", said, Sampling(6)),
            Request(f"c{n}{letter}", "en", said, Sampling(0), ("ab", "cd")),
        ]

    def answers() -> dict[str, Completion]:
        with TransformersEngine(EngineContext(style, folder), dtype="float32", device="cpu", rows=rows) as engine:
            return {done.item: done for done in engine.run(asked)}

    sound = answers()
    poison(folder, "Z")
    found = answers()
    assert {item: done.finish for item, done in found.items() if "Z" in item} == dict.fromkeys(
        (item for item in sound if "Z" in item), "broken"
    )
    assert_alike([d for d in found.values() if "Z" not in d.item], [d for d in sound.values() if "Z" not in d.item])


@pytest.mark.parametrize("bos", [True, False])
def test_an_empty_prompt_is_said(tiny: ModuleType, tmp_path: Path, bos: bool) -> None:
    """With nothing to read not even BOS the item is an error with its reason; its neighbours are answered."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped", add_bos=bos)
    asked = [ask("none", ""), ask("no choice", "", "ab", "c"), ask("some", "hi"), ask("choice", "hi", "ab", "c")]
    with TransformersEngine(EngineContext(PromptStyle("verbatim"), folder), dtype="float32", device="cpu") as engine:
        done = {one.item: one for one in engine.run(asked)}
    assert {done[item].finish for item in ("some", "choice")} <= {"stop", "length"}
    for item in ("none", "no choice"):
        if bos:
            assert (done[item].finish in ("stop", "length"), done[item].prompt_tokens) == (True, 1)
        else:
            assert (done[item].finish, "empty" in done[item].error) == ("error", True)


def test_a_tokenizer_without_pad_or_bos(tiny: ModuleType, tmp_path: Path) -> None:
    """Nothing is padded and no BOS made up: answers in a batch are those of each prompt alone.

    PITFALLS: missing BOS; padding side, pad = eos.
    """
    folder = tiny.tiny_checkpoint(tmp_path, "grouped", add_bos=False)
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    for key in ("bos_token", "pad_token"):
        settings.pop(key, None)
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"bos_token_id": None, "pad_token_id": None}))
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    assert (tokenizer.bos_token, tokenizer.pad_token) == (None, None)
    asked = [ask(f"t{n}", "word " * n + "end") for n in range(1, 9)]
    asked += [ask(f"c{n}", "word " * n + "end", "ab", "cde") for n in range(1, 9)]
    with TransformersEngine(EngineContext(PromptStyle("plain"), folder), dtype="float32", device="cpu") as engine:
        together = list(engine.run(asked))
        alone = [done for request in asked for done in engine.run([request])]
    assert_alike(together, alone)
    for request, done in zip(asked, alone, strict=True):
        assert done.finish in ("stop", "length")
        assert done.prompt_tokens == len(PromptStyle("plain").render(request.messages, "en").encode())


def test_a_template_that_raises_on_some_messages_costs_those_items(tiny: ModuleType, tmp_path: Path) -> None:
    """A request that the template refuses is the submission's own fault, for that item; the others are answered."""
    folder = tiny.tiny_checkpoint(tmp_path, "grouped", add_bos=False)
    refuses = "{% if messages | length > 2 %}{{ raise_exception('too many turns') }}{% endif %}"
    style = PromptStyle("chat", refuses + "{% for m in messages %}{{ m.content }}{% endfor %}")
    long = dataclasses.replace(ask("long", "a"), messages=tuple(Message("user", word) for word in "abc"))
    with TransformersEngine(EngineContext(style, folder), dtype="float32", device="cpu") as engine:
        done = {one.item: one for one in engine.run([ask("one", "a"), long, ask("pick", "a", "b", "c")])}
    assert done["long"].finish == "broken"
    assert "too many turns" in done["long"].error
    assert {done[item].finish for item in ("one", "pick")} <= {"stop", "length"}
