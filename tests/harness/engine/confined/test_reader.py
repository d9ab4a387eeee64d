"""A checkpoint that is read in a cage: the same numbers, and nothing believed that is none."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import harness
from harness.engine.base import EngineContext
from harness.engine.confined.cage import Bounds
from harness.engine.confined.frames import ChannelError
from harness.engine.confined.messages import read_fits, read_part, read_total
from harness.engine.confined.process import working_bwrap
from harness.engine.confined.reader import ConfinedReader
from harness.engine.confined.reading import Reader, Reading, ReadingEngine
from harness.errors import CheckpointError, ContextOverflowError, EngineError, SandboxUnavailableError, WorkerLostError
from harness.prompt import PromptStyle
from harness.types import Message, Request, Sampling

PACKAGE = Path(harness.__file__).resolve().parent
STAND_IN = Path(__file__).with_name("hostile_reader.py")
TEXTS = ["Léa has 4 pears", "x", "a " * 150, "½ \U0001f600 \x00 end"]
Start = Callable[..., ConfinedReader]


@pytest.fixture
def caged() -> None:
    try:
        working_bwrap()
    except SandboxUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def lying(tmp_path: Path, caged: None) -> Start:
    """A confined reader whose worker runs the stand-in."""
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "config.json").write_text("{}")

    def make(act: str, name: str = "HostileReader", silence: float = 60.0) -> ConfinedReader:
        configured = {"_target_": f"harness.engine.replay.{name}", "act": act}
        context = EngineContext(PromptStyle("plain"), folder)
        reader = ConfinedReader(context, "required", Bounds(silence=silence), configured)
        stand_in = (STAND_IN, PACKAGE / "engine" / "replay.py")
        reader.cage = dataclasses.replace(reader.cage, shown=(*reader.cage.shown, stand_in))
        return reader

    return make


def same(one: Reading, other: Reading) -> bool:
    """To the last bit."""
    names = [field.name for field in dataclasses.fields(Reading)]
    pairs = [(getattr(one, name), getattr(other, name)) for name in names]
    return all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in pairs)


def test_a_confined_network_is_read_as_a_free_one(tmp_path: Path, tiny: ModuleType, caged: None) -> None:
    """Every number of every token, and every likelihood, are the same to the last bit; nothing else is run here."""
    context = EngineContext(PromptStyle("plain"), tiny.tiny_checkpoint(tmp_path / "model", "grouped"))
    with ReadingEngine(context) as free, ConfinedReader(context, "required") as confined:
        assert confined.isolation["kind"] == "bubblewrap"
        assert confined.isolation["network"]["isolated"] is True
        for text in TEXTS:
            assert same(confined.read(text), free.reader.read(text))
            assert confined.likelihood(text) == free.reader.likelihood(text)
        assert [confined.fits(text) for text in ("a" * 511, "a" * 512)] == [True, False]
        with pytest.raises(ContextOverflowError, match="513 tokens, more than the context's 512"):
            confined.read("a" * 512)


@pytest.mark.model
def test_a_real_network_is_read_as_a_free_one(smollm2: Path, caged: None) -> None:
    """SmolLM2-135M, whose vocabulary of 49,152 is too wide for any rounding to hide in."""
    context = EngineContext(PromptStyle("plain"), smollm2)
    with ReadingEngine(context) as free, ConfinedReader(context, "required") as confined:
        for text in ("The answer is 12.\n\nLéa a quatre poires.", "Paris is the capital of France. " * 4):
            assert same(confined.read(text), free.reader.read(text))
            assert confined.likelihood(text) == free.reader.likelihood(text)


LIES = ["infinite", "numberless", "astronomic", "likelier", "narrow", "short", "empty", "flagless", "listless"]
LIES += ["answering", "dribbling", "endless"]


@pytest.mark.parametrize("act", LIES)
def test_what_is_no_reading_ends_the_worker(lying: Start, act: str) -> None:
    """Numbers that are none or of no log-probability, other lengths, other messages, and parts without end."""
    with lying(act, silence=30.0) as reader, pytest.raises(WorkerLostError, match="worker was lost"):
        reader.read("text")


@pytest.mark.parametrize("act", ["certain", "wordy"])
def test_what_is_no_likelihood_ends_the_worker(lying: Start, act: str) -> None:
    """A text more certain than certain, and a word for a number."""
    with lying(act) as reader, pytest.raises(WorkerLostError, match="worker was lost"):
        reader.likelihood("text")


def test_an_unsure_worker_and_a_silent_one_are_ended(lying: Start) -> None:
    """Yes or no, and in time."""
    with lying("unsure") as reader, pytest.raises(WorkerLostError, match="yes or no"):
        reader.fits("text")
    with lying("silent", silence=2.0) as reader, pytest.raises(WorkerLostError, match="silent for too long"):
        reader.read("text")


def test_long_readings_come_in_parts(lying: Start) -> None:
    """40,000 tokens are three messages, and stand in their order."""
    with lying("honest", "LongReader") as reader:
        found = reader.read("text")
    places = np.arange(40_000, dtype=np.float64)
    assert same(found, Reading(-places / 7, -places / 3, places / 11, places % 3 == 0))


def test_a_reader_sees_what_a_worker_sees(lying: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No home, no key, no task, no record."""
    monkeypatch.setenv("DEFI_KEY", str(tmp_path / "a.key"))
    (tmp_path / "a.key").write_text("secret")
    hidden = [tmp_path / "a.key", PACKAGE.parent / "tasks", PACKAGE.parent / "configs", PACKAGE / "attest", "/home"]
    with lying("peek") as reader, pytest.raises(EngineError, match=r"seen \[\] held \[\]"):
        reader.read(" ".join(map(str, hidden)))


def test_no_cage_and_a_key_is_refused(lying: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule of a run: where no cage can be had, `required` refuses, and so does anything beside a key."""

    def missing() -> str:
        raise SandboxUnavailableError("bwrap is not installed", where="sandbox")

    monkeypatch.setattr("harness.engine.confined.process.find_bwrap", missing)
    reader = lying("honest")
    with pytest.raises(SandboxUnavailableError, match="not installed"):
        reader.__enter__()
    reader.policy = "preferred"
    monkeypatch.setenv("DEFI_KEY", "a.key")
    with pytest.raises(SandboxUnavailableError, match="DEFI_KEY"):
        reader.__enter__()


def test_weights_that_are_no_numbers_are_told(tmp_path: Path, tiny: ModuleType) -> None:
    """A NaN among the log-likelihoods would make any p-value: it is an error, and no evidence."""
    folder = tiny.tiny_checkpoint(tmp_path / "model", "grouped")
    with ReadingEngine(EngineContext(PromptStyle("plain"), folder)) as engine:
        engine.reader.network.lm_head.weight.data.fill_(float("nan"))
        for ask in (engine.reader.read, engine.reader.likelihood):
            with pytest.raises(EngineError, match="not finite"):
                ask("text")


def test_a_reading_engine_answers_nothing_and_is_entered_first(tmp_path: Path) -> None:
    """It has no template and no budget; without weights there is nothing to read."""
    engine = ReadingEngine(EngineContext(PromptStyle("plain"), tmp_path))
    with pytest.raises(EngineError, match="answers nothing"):
        engine.run([Request("i", "en", (Message("user", "?"),), Sampling(8))])
    with pytest.raises(EngineError, match="not entered"):
        _ = engine.reader
    with pytest.raises(EngineError, match="no checkpoint"):
        ReadingEngine(EngineContext(PromptStyle("plain"))).__enter__()
    with pytest.raises(CheckpointError):
        engine.__enter__()


@pytest.mark.parametrize("kind", ["grouped", "sliding", "biased"])
def test_memory_is_bounded_and_the_numbers_are_the_same(tmp_path: Path, tiny: ModuleType, kind: str) -> None:
    """However long the text, logits are asked for in parts within the bound, and say what the whole pass says."""
    folder = tiny.tiny_checkpoint(tmp_path / "model", kind)
    text, asked = "Léa has 4 pears; " * 25, []
    with ReadingEngine(EngineContext(PromptStyle("plain"), folder)) as engine:
        whole = engine.reader

        def counted(**given: Any) -> Any:
            logits = whole.network(**given).logits
            asked.append(logits.numel() * 4)
            return SimpleNamespace(logits=logits)

        network = SimpleNamespace(config=whole.network.config, device=whole.network.device)
        parts = Reader(_Called(network, counted), whole.tokenizer, whole.context, logits_bytes=100 * 4 * 300)
        found, expected = parts.read(text), whole.read(text)
        assert len(asked) == -(-len(expected.logprob) // 100)
        assert max(asked) <= 100 * 4 * 300
        for name in ("logprob", "mean", "spread"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-4)
        assert found.expected.tolist() == expected.expected.tolist()
        assert parts.likelihood(text) == pytest.approx(whole.likelihood(text), abs=1e-3)
        with torch.inference_mode():
            ids = torch.tensor([whole.tokens(text)])
            logs = whole.network(ids).logits[0, :-1].double().log_softmax(-1)
        assert expected.logprob == pytest.approx(logs.gather(1, ids[0, 1:, None])[:, 0].numpy(), abs=1e-4)


class _Called:
    """A network whose passes are counted."""

    def __init__(self, facts: SimpleNamespace, call: Callable[..., Any]) -> None:
        self.config, self.device, self._call = facts.config, facts.device, call

    def __call__(self, **given: Any) -> Any:
        return self._call(**given)


def test_a_token_that_cannot_be_is_unlikely_and_no_error(tmp_path: Path, tiny: ModuleType) -> None:
    """Minus infinity for one token, as some networks say of unused ones, is a bounded log-probability."""
    folder = tiny.tiny_checkpoint(tmp_path / "model", "grouped")
    with ReadingEngine(EngineContext(PromptStyle("plain"), folder)) as engine:
        inner = engine.reader.network

        def barred(**given: Any) -> Any:
            logits = inner(**given).logits.clone()
            logits[..., engine.reader.tokens("b")[-1]] = float("-inf")
            return SimpleNamespace(logits=logits)

        network = _Called(SimpleNamespace(config=inner.config, device=inner.device), barred)
        reader = Reader(network, engine.reader.tokenizer, 512)
        assert reader.read("abc").logprob.min() == -1e4
        assert -1.1e4 < reader.likelihood("abc") < -1e4


values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
parts = st.fixed_dictionaries(
    {}, optional={name: st.lists(values, max_size=3) | values for name in ("logprob", "mean", "spread", "expected")}
)


@given(st.fixed_dictionaries({}, optional={"reading": parts | values, "more": values, "total": values, "fits": values}))
def test_whatever_is_said_is_a_reading_or_an_error(said: dict[str, Any]) -> None:
    """Any JSON is taken as numbers of one length, each within its bounds, or refused in one way."""
    try:
        numbers, flags, more = read_part(said)
    except ChannelError:
        pass
    else:
        assert {len(column) for column in (*numbers.values(), flags)} == {len(flags)} != {0}
        assert more is False
        assert all(type(value) is float and np.isfinite(value) for column in numbers.values() for value in column)
    for take, kind in ((read_total, float), (read_fits, bool)):
        try:
            assert type(take(said)) is kind
        except ChannelError:
            continue
