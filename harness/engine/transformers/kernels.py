"""Attention that also gives its log-sum-exp, so that parts attended apart can be merged exactly.

The public function of torch keeps the log-sum-exp to itself; the kernels below it return it. Which kernel serves is a
matter of device and shape alone; `plain` serves everything and is what the others are tested against.

The GPU kernels were written from their signatures and not run on a GPU.
"""

from __future__ import annotations

import torch

_ALIGNED = 8  # columns: the GPU's masked kernel reads its mask in such steps


def attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    scale: float,
    mask: torch.Tensor | None = None,
    softcap: float | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Attention of [rows, heads, queries, size] over [rows, heads, keys, size], and its log-sum-exp.

    `mask` is added to the scores: [rows, 1, queries, keys], minus infinity where a key is not seen. Returns
    [rows, heads, queries, size] and [rows, heads, queries] in float32. A query that sees no key gets a finite output
    and no meaningful log-sum-exp.
    """
    if softcap or query.shape[-1] != value.shape[-1]:
        return plain(query, key, value, scale, mask, softcap)
    if query.device.type == "cpu":
        out, total = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
            query, key, value, 0.0, False, attn_mask=mask, scale=scale
        )
        return out, total
    if query.device.type == "cuda" and mask is None and query.dtype != torch.float32:
        found = torch.ops.aten._scaled_dot_product_flash_attention(query, key, value, 0.0, False, False, scale=scale)
        return found[0], found[1][..., : query.shape[2]]
    if query.device.type == "cuda":
        bias = None if mask is None else _aligned(mask).expand(*query.shape[:3], -1)
        found = torch.ops.aten._scaled_dot_product_efficient_attention(
            *(query, key, value, bias, True, 0.0, False), scale=scale
        )
        return found[0], found[1][..., : query.shape[2]]
    return plain(query, key, value, scale, mask)


def plain(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    scale: float,
    mask: torch.Tensor | None = None,
    softcap: float | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The same by its definition, with scores in float32; `softcap` bounds them as Gemma 2 does."""
    scores = (query @ key.transpose(-1, -2)).float() * scale
    if softcap:
        scores = softcap * torch.tanh(scores / softcap)
    if mask is not None:
        scores = scores + mask
    total = torch.logsumexp(scores, -1)
    shares = torch.exp(scores - total.nan_to_num(neginf=0.0)[..., None])
    return shares.to(value.dtype) @ value, total


def _aligned(mask: torch.Tensor) -> torch.Tensor:
    """The same mask in memory whose lines begin at aligned places, as the kernel wants them."""
    short = -mask.shape[-1] % _ALIGNED
    return torch.nn.functional.pad(mask, (0, short))[..., : mask.shape[-1]] if short else mask
