"""The kernels against the definition of attention."""

from __future__ import annotations

import pytest
import torch

from harness.engine.transformers.kernels import attention, plain


def tensors(queries: int, keys: int, values: int = 8) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(queries)
    return torch.randn(2, 3, queries, 8), torch.randn(2, 3, keys, 8), torch.randn(2, 3, keys, values)


def defined(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Softmax of scaled scores in float64, times the values."""
    scores = query.double() @ key.double().mT * 0.3 + (0 if mask is None else mask)
    return (scores.softmax(-1) @ value.double()).float()


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("values", [8, 4])
def test_output_and_log_sum_exp_equal_the_definition(masked: bool, values: int) -> None:
    """Whichever kernel serves, its output is softmax attention and its total is the scores' log-sum-exp."""
    query, key, value = tensors(5, 11, values)
    mask = torch.zeros(2, 1, 5, 11).masked_fill_(torch.rand(2, 1, 5, 11) < 0.4, -torch.inf) if masked else None
    if mask is not None:
        mask[..., 0] = 0
    out, total = attention(query, key, value, 0.3, mask)
    assert torch.allclose(out, defined(query, key, value, mask), atol=1e-5)
    scores = query @ key.mT * 0.3 + (0 if mask is None else mask)
    assert torch.allclose(total, scores.logsumexp(-1), atol=1e-5)


def test_the_processors_kernel_agrees_with_the_plain_one_in_bfloat16() -> None:
    """Half precision stays within its rounding."""
    query, key, value = (tensor.bfloat16() for tensor in tensors(7, 130))
    fast, slow = attention(query, key, value, 0.3), plain(query, key, value, 0.3)
    assert torch.allclose(fast[0].float(), slow[0].float(), atol=0.03)
    assert torch.allclose(fast[1], slow[1], atol=0.03)


def test_a_query_that_sees_nothing_is_finite() -> None:
    """What such a query gets has no weight afterwards; a NaN would."""
    query, key, value = tensors(3, 4)
    mask = torch.zeros(2, 1, 3, 4)
    mask[:, :, 1] = -torch.inf
    for kernel in (attention, plain):
        assert bool(torch.isfinite(kernel(query, key, value, 0.3, mask)[0]).all())


def test_a_soft_cap_bounds_the_scores() -> None:
    """As Gemma 2 defines it: cap times the hyperbolic tangent of score over cap."""
    query, key, value = tensors(3, 6)
    scores = 2.0 * torch.tanh(query @ key.mT * 5.0 / 2.0)
    out, total = attention(query, key, value, 5.0, None, 2.0)
    assert torch.allclose(out, scores.softmax(-1) @ value, atol=1e-5)
    assert torch.allclose(total, scores.logsumexp(-1), atol=1e-5)
