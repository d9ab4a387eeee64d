"""The rows' buffers: without gaps, without mixing, without what is not finite."""

from __future__ import annotations

import random

import torch

from harness.engine.transformers.slots import Slots


def part(value: float, tokens: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """One piece of two layers whose every number is `value`."""
    return [(torch.full((1, 2, tokens, 4), value), torch.full((1, 2, tokens, 4), -value)) for _ in range(2)]


def test_rows_keep_their_own_through_any_coming_and_going() -> None:
    """After any order of joining, writing and leaving, each row sees what it put in, in order, and nothing else."""
    rng = random.Random(5)
    slots, rows, left = Slots(torch.device("cpu")), [], []
    for step in range(1, 500):
        full = [n for n, room in enumerate(left) if not room]
        if full or (rows and rng.random() < 0.3):
            gone = full[0] if full else rng.randrange(len(rows))
            slots.remove(gone, poisoned=False)
            for kept in (rows, left):
                kept[gone] = kept[-1]
                kept.pop()
        elif not rows or rng.random() < 0.4:
            lengths = [rng.randint(1, 70) for _ in range(rng.randint(1, 3))]
            slots.add([part(step + n / 8, length) for n, length in enumerate(lengths)])
            rows.append([step + n / 8 for n, length in enumerate(lengths) for _ in range(length)])
            left.append(70)
        else:
            slots.advance()
            rows = [[*row, 1000.0 + step + n] for n, row in enumerate(rows)]
            left = [room - 1 for room in left]
            new = torch.tensor([row[-1] for row in rows])[:, None, None].expand(-1, 2, 4)
            for layer in range(2):
                check(rows, slots.seen(), *slots.write(layer, new, -new))


def check(rows: list[list[float]], seen: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> None:
    for n, row in enumerate(rows):
        assert torch.equal(keys[n, 0, seen[n, 0], 0], torch.tensor(row))
        assert torch.equal(values[n, 1, seen[n, 0], 3], -torch.tensor(row))


def test_a_poisoned_row_leaves_nothing_behind() -> None:
    """Masked or not, a value that is not finite would spoil the row that takes the place."""
    slots = Slots(torch.device("cpu"))
    slots.add([part(1.0, 3)])
    slots.add([part(float("nan"), 9)])
    slots.remove(1, poisoned=True)
    slots.add([part(2.0, 2)])
    slots.advance()
    keys, _ = slots.write(0, torch.ones(2, 2, 4), torch.ones(2, 2, 4))
    assert bool(torch.isfinite(keys).all())


def test_new_buffers_forget_how_long_earlier_rows_were() -> None:
    """Many short rows after a few long ones take what short rows take."""
    slots = Slots(torch.device("cpu"))
    slots.add([part(1.0, 5000)])
    slots.remove(0, poisoned=False)
    for n in range(40):
        slots.add([part(float(n), 30)])
    assert sum(buffer.nbytes for pair in slots._buffers for buffer in pair) <= 64 * 64 * (2 * 2 * 2 * 4 * 4)
