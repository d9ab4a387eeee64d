"""Any bytes are accepted or found fault with by the four readers and the rules behind them; nothing else is raised.

The targets are those of `make fuzz`, which looks longer and is guided by coverage.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[3]))  # fuzz/ stands beside the packages, as bench/ does

from fuzz import targets
from fuzz.seeds import seeds

KEYS = st.sampled_from(
    "model_type hidden_size num_hidden_layers num_attention_heads max_position_embeddings text_config weight_map "
    "attn_implementation auto_map chat_template bos_token content layer_types sliding_window team title license "
    "languages files checkpoint kind path dtype shape data_offsets __metadata__ parameters context_length "
    "contact".split()
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=12)
    | st.sampled_from(["F32", "folder", "eager", "llama", "model.safetensors", "\ud800", "‹x›", "\u202e", "Mо"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.fixture(scope="module", params=targets.TARGETS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A target in a folder of its own, and its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(targets.chat_template, "_render", targets.chat_template._render)  # put back afterwards
        yield request.param, targets.TARGETS[request.param](tmp_path_factory.mktemp(request.param))


@settings(max_examples=150)
@given(st.binary(max_size=200))
def test_any_bytes(target: Any, data: bytes) -> None:
    """Noise."""
    target[1](data)


@settings(max_examples=150)
@given(VALUES)
def test_any_document(target: Any, value: Any) -> None:
    """Well-formed documents with the keys that the rules look for, and values of every wrong type and size."""
    data = json.dumps(value).encode()
    framed = len(data).to_bytes(8, "little") + data + bytes(16)
    target[1](framed if target[0] == "safetensors" else data)


@settings(max_examples=150)
@given(st.data())
def test_sound_inputs_with_a_few_bytes_changed(target: Any, data: st.DataObject) -> None:
    """Nearly sound inputs reach the deepest rules."""
    content = bytearray(data.draw(st.sampled_from(seeds(target[0]))))
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    target[1](bytes(content))


def test_every_sound_input_is_accepted_by_its_reader() -> None:
    """What fuzzing begins with is sound: otherwise it would learn the way to the first refusal only."""
    from harness.intake.strict import parse_json, parse_yaml

    for name in targets.TARGETS:
        for data in seeds(name):
            if name == "safetensors":
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / "x"
                    path.write_bytes(data)
                    targets.read_header(path)
            else:
                assert isinstance((parse_yaml if name == "manifest" else parse_json)(data), dict)


@pytest.mark.skipif(sys.platform != "linux", reason="atheris runs on Linux")
def test_a_crash_ends_the_fuzzer_with_the_input_s_place(tmp_path: Path, checkout: Path) -> None:
    """A reader that raises anything else is found, the process ends with another code than 0, the input is kept."""
    pytest.importorskip("atheris")
    code = (
        "import pathlib, fuzz.targets as t, fuzz.one as o\n"
        "def broken(folder):\n"
        "    def see(data):\n"
        "        if data[:1] == b'{': raise KeyError('a fault of ours')\n"
        "    return see\n"
        "t.TARGETS['config'] = broken\n"
        f"place = {str(tmp_path)!r}\n"
        "limits = [f'-artifact_prefix={place}/', '-max_total_time=20']\n"
        "o.main('config', pathlib.Path(place), [f'{place}/corpus', *limits])\n"
    )
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/seed").write_bytes(b"{}")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": "."}
    )
    assert done.returncode != 0
    (kept,) = tmp_path.glob("crash-*")
    assert kept.read_bytes()[:1] == b"{"
