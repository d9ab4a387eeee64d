"""Whether cascade attention serves a model: it is tried against the library's own attention before it is used.

Many architectures attend in ways of their own (a running state, chunks, keys shared between layers, distances added to
scores). A list of names would be wrong with the next one: a short text computed both ways tells.
"""

from __future__ import annotations

import torch

from harness.engine.transformers.attention import NAME
from harness.engine.transformers.model import Model
from harness.engine.transformers.passes import Piece, line_up
from harness.engine.transformers.slots import Slots
from harness.engine.transformers.tree import Node
from harness.errors import CheckpointError

_TEXT = "One, two, three; un, deux, trois: the quick brown fox jumps over a lazy dog, et le renard brun aussi. 12345"
_KINDS = {"full_attention", "sliding_attention"}
_NOISE = {"float32": 1e-3, "bfloat16": 0.25, "float16": 0.05}  # mean difference of log-probabilities


def adopt_cascade(model: Model) -> str:
    """Let the model attend in cascade; otherwise leave it as it is and return why."""
    if reason := _unfit(model):
        return reason
    ids = model.vocabulary.ids(_TEXT)[:24]
    before = model.network.config._attn_implementation
    try:
        expected = model.recompute(ids, len(ids))
        model.network.set_attn_implementation(NAME)
        found = _in_parts(model, ids)
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # whatever an architecture of a team's choice makes of an attention it does not know
        model.network.set_attn_implementation(before)
        return f"{model.config.model_type} refuses it: {type(error).__name__}: {error}"
    if not bool(torch.isfinite(expected).all()):
        return ""  # weights that give no number are told by every answer
    off = float((found.float().log_softmax(-1) - expected.float().log_softmax(-1)).abs().mean())
    if not off <= _NOISE[model.dtype]:
        model.network.set_attn_implementation(before)
        return f"{model.config.model_type} differs by {off:.2g} from the library's own attention"
    return ""


def _unfit(model: Model) -> str:
    """Why nothing needs to be tried; empty where it does."""
    kinds = set(getattr(model.config, "layer_types", None) or ())
    if getattr(model.network, "_is_stateful", False) or kinds - _KINDS:
        what = ", ".join(sorted(kinds - _KINDS)) or "a running state"
        return f"{model.config.model_type} has {what}, which cannot be branched from a shared beginning"
    if not model.network._can_set_attn_implementation():
        return f"{model.config.model_type} has attention of its own, which cannot be replaced"
    return _positions_by_call(model)


def _positions_by_call(model: Model) -> str:
    """Why positions depend on the longest sequence of a call, or on earlier calls; empty where they do not.

    LongRoPE picks its frequencies by the highest position of a call: a long prompt would change its neighbours. Dynamic
    scaling also remembers earlier calls: no way of computing is reproducible beyond the original length.
    """
    given = getattr(model.config, "rope_parameters", None) or {}
    for rope in [given, *(value for value in given.values() if isinstance(value, dict))]:
        kind = str(rope.get("rope_type", ""))
        original = int(rope.get("original_max_position_embeddings") or model.prompter.context)
        if model.prompter.context > original and "dynamic" in kind:
            raise CheckpointError(
                f"beyond {original} tokens its positions depend on the texts before",
                remedy=f"declare context_length: {original}, or another kind of rope scaling",
            )
        if model.prompter.context > original and kind == "longrope":
            return f"{model.config.model_type} scales its positions by the longest sequence of a call"
    return ""


def _in_parts(model: Model, ids: list[int]) -> torch.Tensor:
    """Logits of all tokens, computed as a shared piece, a piece below it, a row decoded, and a tail beside that row."""
    third = len(ids) // 3
    root = Node([], 0)
    top = Node(ids[:third], 0, root)
    middle = Node(ids[third : 2 * third], third, top)
    tail = Node(ids[third:], third, top)
    logits = []
    for node in (top, middle):
        line = line_up([Piece.of(node)], model.device, keeps=True)
        line.wanted([(node, n) for n in range(third)])
        logits.append(model.forward(line.work))
        node.held = line.prefix(node)
    pairs = top.held.key_values
    model.key_value_bytes = sum(key.nbytes + value.nbytes for key, value in pairs) // third
    slots = Slots(model.device)
    slots.add([middle.held.key_values])
    slots.advance()
    line = line_up(
        [Piece.of(tail)],
        model.device,
        keeps=False,
        slots=slots,
        last=[ids[2 * third]],
        behind=[(2 * third, [top.held])],
    )
    line.wanted([(tail, n) for n in range(third + 1, len(tail.tokens))])
    return torch.cat([*logits, model.forward(line.work)])
