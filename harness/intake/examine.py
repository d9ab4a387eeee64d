"""What only the libraries can say of a checkpoint: which tensors its architecture has, how its tokenizer ends a text.

They are asked in a child process with limits, offline, without a weight being read or allocated: the model is built
on torch's `meta` device and "loaded" from the names and shapes of the headers, by the same code that the engine loads
with (its renamings, fused experts and tied weights included). Run as `python -m harness.intake.examine`: JSON in, one
line of JSON out for each part, so that a part which breaks the limits does not silence the one before. The child has no
secret of ours and, where bubblewrap works, no network and no other file (see `child`).
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.intake.child import confined, environment
from harness.intake.probes import losses
from harness.intake.tokenizer_parts import KEYS, Odd, odd_parts
from harness.types import Json

SECONDS = 60  # of processor time; a model of 512 layers takes 10
_MEMORY = 4 << 30  # bytes beyond what the libraries take by themselves
_SENTENCES = ("Bonjour, voici une phrase.", "Hello, 12 and 30 make 42", "a")


def examine(folder: Path, shapes: Mapping[str, Sequence[int]], parts: Sequence[str]) -> dict[str, Any]:
    """The answers of the parts (`tokenizer`, `architecture`) by name; a part that broke the limits has none.

    Args:
        folder: a checkpoint whose JSON files and headers are sound.
        shapes: of every tensor in the files that the engine loads.
        parts: what to ask.
    """
    limits = {"seconds": SECONDS, "memory": _MEMORY}
    asked = {"folder": str(folder.resolve()), "shapes": {n: list(s) for n, s in shapes.items()}, "parts": parts}
    question = json.dumps(asked | limits)
    command = confined([sys.executable, "-P", "-m", "harness.intake.examine"], folder)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            env=environment(),
            input=question,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=20 * SECONDS,  # the processor time is what is limited: a busy machine is not the checkpoint's fault
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        said = error.stdout or b""
        return _answers(said.decode() if isinstance(said, bytes) else said)
    answers = _answers(done.stdout)
    if not answers and "ModuleNotFoundError" in done.stderr:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])  # of our installation, not of the team
    return answers


def _answers(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in text.splitlines():
        if line.startswith('{"part":') and line.endswith("}"):
            answer = json.loads(line)
            found[answer["part"]] = answer
    return found


# --- the child -----------------------------------------------------------------------------------------------------


def main() -> None:
    """Answer each part on a line of its own; what libraries print goes to stderr."""
    question = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr
    import accelerate  # type: ignore[import-untyped]  # noqa: F401 - without it no model can be built on the meta device
    import torch  # noqa: F401 - before the memory is limited
    import transformers  # noqa: F401

    _limit(question["seconds"], question["memory"])
    for part in question["parts"]:
        answer = answer_part(part, Path(question["folder"]), question["shapes"])
        print(json.dumps({"part": part} | answer), file=out, flush=True)


def answer_part(part: str, folder: Path, shapes: Mapping[str, Sequence[int]]) -> dict[str, Json]:
    """What the libraries say, or `error` with their words."""
    try:
        return _PARTS[part](folder, shapes)
    except Exception as error:  # whatever a library raises on a team's files is about those files
        return {"error": f"{type(error).__name__}: {error}".strip()[:2000]}
    except BaseException as error:
        if not _panicked(error):
            raise
        return {"error": f"the library gave up: {error}".strip()[:2000]}


def _panicked(error: BaseException) -> bool:
    """Whether a library written in Rust panicked: its exception is no Exception, and no module has its class."""
    return (type(error).__module__, type(error).__name__) == ("pyo3_runtime", "PanicException")


def _limit(seconds: int, memory: int) -> None:
    """Bound processor time and what is allocated beyond the libraries themselves."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    statm = Path("/proc/self/statm")
    if statm.exists():
        most = int(statm.read_text().split()[0]) * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _architecture(folder: Path, shapes: Mapping[str, Sequence[int]]) -> dict[str, Json]:
    import torch
    from transformers import CONFIG_MAPPING, AutoConfig
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    if not isinstance(kind, str) or kind not in CONFIG_MAPPING:
        return {"unknown": kind, "valid": sorted(CONFIG_MAPPING)}
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        return {"unknown": kind, "valid": sorted(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)}
    options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    config = AutoConfig.from_pretrained(folder, **options)
    network, config = _causal(config)
    _, found = network.from_pretrained(
        None,
        config=config,
        state_dict={name: torch.empty(shape, dtype=torch.bfloat16, device="meta") for name, shape in shapes.items()},
        device_map="meta",
        attn_implementation="eager",
        use_safetensors=True,
        ignore_mismatched_sizes=True,
        output_loading_info=True,
        **options,
    )
    return {
        "missing": sorted(found["missing_keys"]),
        "unexpected": sorted(found["unexpected_keys"]),
        "mismatched": sorted([name, list(held), list(wanted)] for name, held, wanted in found["mismatched_keys"]),
    }


def _causal(config: Any) -> tuple[Any, Any]:
    """The class that AutoModelForCausalLM takes, and the part of the configuration that it gives it."""
    from transformers import MODEL_FOR_CAUSAL_LM_MAPPING

    chosen = MODEL_FOR_CAUSAL_LM_MAPPING[type(config)]
    if isinstance(chosen, tuple | list):
        named = set(config.architectures or ())
        chosen = next((one for one in chosen if one.__name__ in named), chosen[0])
    inner = config.sub_configs.get("text_config")
    return chosen, config.get_text_config() if inner is not None and chosen.config_class is inner else config


def _tokenizer(folder: Path, _: Mapping[str, Sequence[int]]) -> dict[str, Json]:
    """As the engine asks for a plain prompt: with the special tokens that the tokenizer adds."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    added = [_added(tokenizer, text) for text in _SENTENCES]
    after = [tokenizer.convert_ids_to_tokens(ids[-1]) for _, ids in added if ids]
    odd = list(_odd(tokenizer))
    return {
        "parts": [list(one) for one in odd],
        "losses": [] if odd else list(_losses(tokenizer, folder)),
        "empty": any(not tokenizer(text, add_special_tokens=False)["input_ids"] for text in _SENTENCES),
        "front": max(len(before) for before, _ in added),
        "last": after[0] if after else "",
    }


def _odd(tokenizer: Any) -> Iterator[Odd]:
    """What is refused of the tokenizer that was loaded: it may be another than tokenizer.json describes."""
    if not getattr(tokenizer, "is_fast", False):
        what = f"the library reads {type(tokenizer).__name__} in its place, a tokenizer of its own"
        yield Odd("part", "tokenizer.json", what)
        return
    loaded = tokenizer.backend_tokenizer
    parts = {key: getattr(loaded, key) for key in KEYS}
    described = {key: json.loads(part.__getstate__()) for key, part in parts.items() if part is not None}
    model = {"dropout": getattr(loaded.model, "dropout", None)}
    yield from odd_parts(described | {"model": model, "truncation": loaded.truncation, "padding": loaded.padding})


def _losses(tokenizer: Any, folder: Path) -> Iterator[str]:
    """What the texts of `probes` lose, asked for as the engine asks."""

    def encode(text: str) -> list[int]:
        return list(tokenizer(text, add_special_tokens=False)["input_ids"])

    def decode(ids: Sequence[int]) -> str:
        return str(tokenizer.decode(list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False))

    seed = hashlib.sha256((folder / "tokenizer.json").read_bytes()).hexdigest()
    return losses(encode, decode, tokenizer.unk_token_id, seed)


def _added(tokenizer: Any, text: str) -> tuple[list[int], list[int]]:
    """The tokens that come before and after a text's own: those of the post-processor, or smuggled in before it."""
    bare, whole = (list(tokenizer(text, add_special_tokens=wanted)["input_ids"]) for wanted in (False, True))
    special = set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
    smuggled = bare[-1:] if set(bare[-1:]) & special else []
    for place in range(len(whole) - len(bare) + 1):
        if whole[place : place + len(bare)] == bare:
            return whole[:place], whole[place + len(bare) :] or smuggled
    raise ValueError("adding special tokens changes the other tokens of a text")


_PARTS: dict[str, Callable[[Path, Mapping[str, Sequence[int]]], dict[str, Json]]] = {
    "tokenizer": _tokenizer,
    "architecture": _architecture,
}

if __name__ == "__main__":
    main()
