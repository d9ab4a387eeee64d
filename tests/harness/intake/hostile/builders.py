"""One builder a case: each takes a sound entry's checkpoint folder and manifest and breaks it in one way."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from parts import change, header, nested, pickled, polyglot, save, tarred, tensor, words, zipped

Manifest = dict[str, Any]
LOOP = "{% for m in messages %}{{ m.content }}{% endfor %}"


@dataclass(frozen=True)
class Case:
    """What must be found, and what else is asked of the check."""

    build: Callable[[Path, Manifest, Path], None]
    codes: tuple[str, ...]
    weights: bool = False
    libraries: bool = False  # transformers itself must look, in its child


CASES: dict[str, Case] = {}


def case(*codes: str, **asked: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a builder under its name. It is called with the checkpoint's folder, the manifest and the mark."""

    def register(build: Callable[..., None]) -> Callable[..., None]:
        CASES[build.__name__] = Case(build, codes, **asked)
        return build

    return register


def _file(name: str, content: Callable[[Path], bytes], code: str, label: str) -> None:
    def build(folder: Path, manifest: Manifest, mark: Path) -> None:
        (folder / name).write_bytes(content(mark))

    CASES[label] = Case(build, (code,))


# --- programs in disguise ------------------------------------------------------------------------------------------

for protocol in range(6):
    _file("notes.txt", lambda mark, p=protocol: pickled(mark, p), "bytes.pickle", f"pickle_{protocol}_named_txt")
_file("model.safetensors", pickled, "bytes.pickle", "pickle_named_safetensors")
_file("pytorch_model.bin", pickled, "weights.pickle", "pickle_named_bin")
_file("adapter.PKL", pickled, "weights.pickle", "pickle_named_in_capitals")
_file("README.md", lambda mark: zipped(data=pickled(mark)), "bytes.archive", "pickle_in_a_zip")
_file("README.md", lambda mark: tarred("data.pkl", pickled(mark)), "bytes.archive", "pickle_in_a_tar")
_file("vocab.txt", lambda mark: nested(pickled(mark)), "bytes.archive", "pickle_in_a_zip_in_a_tar_in_a_gzip")
_file("model.safetensors", lambda mark: polyglot(pickled(mark)), "bytes.archive", "safetensors_that_are_a_zip")
_file("arrays.npz", lambda mark: zipped(**{"w.npy": pickled(mark)}), "weights.pickle", "numpy_arrays")
_file("LICENSE", lambda mark: b"Apache\n" + zipped(data=pickled(mark)), "bytes.archive", "licence_with_a_zip_behind")
_file("extra.txt", lambda mark: b"\x93NUMPY\x01\x00", "bytes.pickle", "numpy_array_named_txt")
_file("NOTICE", lambda mark: b"\x7fELF\x02\x01\x01" + bytes(64), "bytes.program", "program_named_notice")
_file("modeling_mine.py", lambda mark: f"open({str(mark)!r}, 'w')".encode(), "code.file", "python_file")
_file("terms.html", lambda mark: f"#!/bin/sh\ntouch {mark}\n".encode(), "bytes.program", "script_named_html")


@case("safetensors.offsets")
def zip_behind_sound_safetensors(folder: Path, manifest: Manifest, mark: Path) -> None:
    with (folder / "model.safetensors").open("ab") as stream:
        stream.write(zipped(data=pickled(mark)))


@case("code.auto-map")
def auto_map_to_a_python_file(folder: Path, manifest: Manifest, mark: Path) -> None:
    change(folder, "config.json", auto_map={"AutoModelForCausalLM": "modeling_mine.Model"})


@case("code.kernel")
def attention_kernel_from_elsewhere(folder: Path, manifest: Manifest, mark: Path) -> None:
    change(folder, "config.json", attn_implementation="someone/kernel")


@case("code.auto-map")
def custom_generate_deep_inside(folder: Path, manifest: Manifest, mark: Path) -> None:
    change(folder, "generation_config.json", inner=[{"custom_generate": "someone/code"}])


# --- safetensors ---------------------------------------------------------------------------------------------------

BROKEN = {
    "length_of_exabytes": (header({}, length=2**64 - 1), "safetensors.header"),
    "header_longer_than_the_file": (header({}, length=100_000), "safetensors.truncated"),
    "header_of_a_hundred_thousand_brackets": (header(b"[" * 100_000), "safetensors.header"),
    "shape_that_overflows": (header({"w": tensor(0, 8, [2**33, 2**33])}, bytes(8)), "safetensors.offsets"),
    "tensors_that_overlap": (header({"a": tensor(0, 8), "b": tensor(4, 12)}, bytes(12)), "safetensors.offsets"),
    "gap_between_tensors": (header({"a": tensor(0, 4), "b": tensor(8, 12)}, bytes(12)), "safetensors.offsets"),
    "data_cut_off": (header({"a": tensor(0, 1 << 20)}, bytes(10)), "safetensors.truncated"),
    "number_of_ten_thousand_digits": (
        header(b'{"w":{"dtype":"U8","shape":[' + b"9" * 10_000 + b'],"data_offsets":[0,1]}}'),
        "safetensors.header",
    ),
    "tensor_named_twice": (
        header(b'{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{}}'),
        "safetensors.header",
    ),
    "unknown_dtype": (header({"a": tensor(0, 1, dtype="PICKLE")}, b"1"), "safetensors.header"),
    "empty_file": (b"", "safetensors.truncated"),
}
for label, (content, found) in BROKEN.items():
    _file("model.safetensors", lambda _, data=content: data, found, label)


@case("path.too-large")
def sparse_file_of_petabytes(folder: Path, manifest: Manifest, mark: Path) -> None:
    manifest["files"] = {"model.safetensors": "0" * 64}
    with (folder / "model.safetensors").open("r+b") as stream:
        try:
            stream.truncate(1 << 50)
        except OSError:  # a file system that allows no more than 16 TiB a file
            stream.truncate(1 << 43)


@case("weights.not-finite", weights=True)
def weights_with_one_nan(folder: Path, manifest: Manifest, mark: Path) -> None:
    save(folder, embed=np.array([1.0] * 17 + [np.nan], np.float32))


@case("index.path")
def shard_outside_the_folder(folder: Path, manifest: Manifest, mark: Path) -> None:
    index = {"weight_map": {"embed": "../../../other/model.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


@case("index.missing-shard")
def shard_that_is_not_there(folder: Path, manifest: Manifest, mark: Path) -> None:
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"embed": "model-2.safetensors"}}))


# --- the folder ----------------------------------------------------------------------------------------------------


@case("path.link")
def weights_that_are_a_link(folder: Path, manifest: Manifest, mark: Path) -> None:
    outside = mark.with_name("outside.safetensors")
    (folder / "model.safetensors").rename(outside)
    (folder / "model.safetensors").symlink_to(outside)


@case("path.hard-link")
def weights_with_a_second_name(folder: Path, manifest: Manifest, mark: Path) -> None:
    os.link(folder / "model.safetensors", mark.with_name("outside.safetensors"))


@case("path.special")
def configuration_that_is_a_pipe(folder: Path, manifest: Manifest, mark: Path) -> None:
    (folder / "config.json").unlink()
    os.mkfifo(folder / "config.json")


@case("path.unsafe")
def listed_file_of_another_team(folder: Path, manifest: Manifest, mark: Path) -> None:
    manifest["files"] = {"../../other/manifest.yaml": "0" * 64}


@case("path.too-many")
def thousands_of_files(folder: Path, manifest: Manifest, mark: Path) -> None:
    manifest["files"] = {"config.json": "0" * 64}
    for number in range(5100):
        (folder / f"{number}.txt").touch()


@case("checkpoint.unresolved")
def checkpoint_of_the_system(folder: Path, manifest: Manifest, mark: Path) -> None:
    manifest["checkpoint"] = {"kind": "folder", "path": "/proc/self"}


@case("bytes.lfs")
def pointer_in_place_of_weights(folder: Path, manifest: Manifest, mark: Path) -> None:
    (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")


# --- configuration, tokenizer, template ----------------------------------------------------------------------------

for label, text, found in (
    ("configuration_nested_without_end", "[" * 200_000, "json.too-deep"),
    ("configuration_that_says_a_key_twice", '{"vocab_size": 8, "vocab_size": 9}', "json.duplicate-key"),
    ("configuration_with_nan", '{"hidden_size": NaN}', "json.syntax"),
    ("configuration_of_half_a_character", '{"model_type": "\\ud800"}', "architecture.unknown"),
    ("configuration_too_large", '{"a": "' + "x" * (17 << 20) + '"}', "json.too-large"),
):
    _file("config.json", lambda _, data=text: data.encode(), found, label)
CASES["configuration_of_half_a_character"] = Case(
    CASES["configuration_of_half_a_character"].build, ("architecture.unknown",), libraries=True
)


@case("architecture.bounds")
def ten_million_layers(folder: Path, manifest: Manifest, mark: Path) -> None:
    change(folder, "config.json", num_hidden_layers=10_000_000)


@case("architecture.bounds")
def vocabulary_of_a_googol(folder: Path, manifest: Manifest, mark: Path) -> None:
    change(folder, "config.json", vocab_size=10**100)


@case("architecture.missing", libraries=True)
def weights_of_another_model(folder: Path, manifest: Manifest, mark: Path) -> None:
    sizes = {"num_hidden_layers": 1, "hidden_size": 4, "intermediate_size": 8, "vocab_size": 8}
    change(folder, "config.json", **sizes, num_attention_heads=1, num_key_value_heads=1, head_dim=4)


@case("tokenizer.limits", libraries=True)
def words_without_end(folder: Path, manifest: Manifest, mark: Path) -> None:
    vocabulary = {"[UNK]": 0} | {letter: n for n, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 1)}
    pieces = {"continuing_subword_prefix": "", "max_input_chars_per_word": 10**9, "vocab": vocabulary}
    model = {"type": "WordPiece", "unk_token": "[UNK]"} | pieces
    (folder / "tokenizer.json").write_text(words(8, model=model, pre_tokenizer=None))
    change(folder, "tokenizer_config.json", tokenizer_class="PreTrainedTokenizerFast", unk_token="[UNK]")


@case("tokenizer.part")
def normalisers_that_lengthen_the_text(folder: Path, manifest: Manifest, mark: Path) -> None:
    longer = {"type": "Replace", "pattern": {"Regex": "."}, "content": "a" * 500}
    many = {"type": "Sequence", "normalizers": [longer] * 20}
    (folder / "tokenizer.json").write_text(words(8, normalizer=many))


def _replacing(pattern: dict[str, str], content: str) -> dict[str, Any]:
    return {"normalizer": {"type": "Replace", "pattern": pattern, "content": content}}


def _splitting(pattern: dict[str, str], behaviour: str) -> dict[str, Any]:
    split = {"type": "Split", "pattern": pattern, "behavior": behaviour, "invert": False}
    return {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, {"type": "Whitespace"}]}}


_BOMB = r"(?=[\s\S]*zebra)([\s\S]*?)([\s\S]*?)([\s\S]*?)~~~"
TOKENIZERS: dict[str, tuple[dict[str, Any], str]] = {
    "tokenizer_that_empties_some_prompts": (_replacing({"Regex": r"[\s\S]*zebra[\s\S]*"}, ""), "tokenizer.part"),
    "tokenizer_that_writes_the_answer": (_replacing({"String": "France?"}, "France? (Paris.)"), "tokenizer.part"),
    "tokenizer_that_corrects_the_answer": (
        {"decoder": {"type": "Replace", "pattern": {"Regex": "[0-9]+"}, "content": "42"}},
        "tokenizer.part",
    ),
    "tokenizer_that_truncates": (
        {"truncation": {"direction": "Left", "max_length": 9, "strategy": "LongestFirst", "stride": 0}},
        "tokenizer.part",
    ),
    "tokenizer_that_drops_words": (_splitting({"String": "not"}, "Removed"), "tokenizer.part"),
    "tokenizer_whose_expression_runs_away": (_replacing({"Regex": _BOMB}, ""), "tokenizer.part"),
    "tokenizer_that_splits_for_ever": (_splitting({"Regex": "([a-z ]+)+~"}, "Isolated"), "tokenizer.pattern"),
    "tokenizer_that_looks_ahead_for_ever": (_splitting({"Regex": _BOMB}, "Isolated"), "tokenizer.pattern"),
}
for label, (parts, found) in TOKENIZERS.items():
    _file("tokenizer.json", lambda _, p=parts: words(8, **p).encode(), found, label)


@case("tokenizer.text", libraries=True)
def tokenizer_without_the_letter_e(folder: Path, manifest: Manifest, mark: Path) -> None:
    letters = {letter: n for n, letter in enumerate("abcdfghijklmnopqrstuvwxyz0123456789")}
    model = {"type": "BPE", "vocab": letters, "merges": []}
    (folder / "tokenizer.json").write_text(words(8, model=model, normalizer={"type": "Lowercase"}))
    change(folder, "tokenizer_config.json", tokenizer_class="PreTrainedTokenizerFast")


@case("tokenizer.part", libraries=True)
def tokenizer_of_the_librarys_own(folder: Path, manifest: Manifest, mark: Path) -> None:
    (folder / "tokenizer.json").write_text(words(8))
    change(folder, "tokenizer_config.json", tokenizer_class="ByT5Tokenizer")


@case("tokenizer.refused", libraries=True)
def tokenizer_cut_off(folder: Path, manifest: Manifest, mark: Path) -> None:
    (folder / "tokenizer.json").write_text('{"version": "1.0", "model": {"type": "BPE"}}')


TEMPLATES = {
    "template_without_end": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "template_of_a_gigabyte": "{% for a in range(40000) %}{{ 'x' * 30000 }}{% endfor %}" + LOOP,
    "template_that_writes_two_megabytes": "{{ 'x' * 2000000 }}" + LOOP,
    "template_that_escapes": "{{ ''.__class__.__mro__[1].__subclasses__() }}" + LOOP,
    "template_that_includes_a_file": "{% include '/etc/passwd' %}" + LOOP,
    "template_that_answers": "{% for m in messages %}{{ 'Paris' if 'France' in m.content else '' }}{% endfor %}",
    "template_of_brackets": "{{ " + "(" * 30_000 + " }}",
    "template_that_calls_a_program": "{{ cycler.__init__.__globals__.os.system('touch MARK') }}" + LOOP,
}
for label, text in TEMPLATES.items():
    _file("chat_template.jinja", lambda mark, t=text: t.replace("MARK", str(mark)).encode(), "chat.template", label)


# --- the manifest --------------------------------------------------------------------------------------------------


def _manifest(label: str, text: str, code: str) -> None:
    def build(folder: Path, manifest: Manifest, mark: Path) -> None:
        manifest.clear()
        manifest["text"] = text.replace("MARK", str(mark))

    CASES[label] = Case(build, (code,))


_manifest("manifest_that_calls_a_program", "title: !!python/object/apply:os.system ['touch MARK']", "manifest.tag")
LAUGHS = "\n".join(["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)])
_manifest("manifest_of_a_billion_laughs", LAUGHS, "manifest.alias")
_manifest("manifest_without_a_bottom", "a: " + "[" * 50_000, "manifest.too-deep")
_manifest("manifest_too_large", "a: " + "x" * 100_000, "manifest.too-large")
_manifest("manifest_that_says_a_key_twice", "team: a\nteam: b", "manifest.duplicate-key")


@case("schema.value")
def name_of_another_folder(folder: Path, manifest: Manifest, mark: Path) -> None:
    manifest["team"] = "../baselines"


@case("identity.baseline")
def oracle_of_a_team(folder: Path, manifest: Manifest, mark: Path) -> None:
    manifest["engine"] = "oracle"


@case("name.scripts")
def title_with_a_borrowed_letter(folder: Path, manifest: Manifest, mark: Path) -> None:
    manifest["title"] = "Luc\u0456e"


@case("schema.value")
def title_that_turns_the_text_round(folder: Path, manifest: Manifest, mark: Path) -> None:
    manifest["title"] = "model \u202egpj.exe"
