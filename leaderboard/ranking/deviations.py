"""The largest of many studentised deviations, one number a replicate: what the rank intervals' critical value needs.

A thousand submissions make half a million pairs, each with thousands of replicates: a number for each would fill 8 GB.
So replicates are taken in blocks that stay in a core's cache, on two threads (numpy lets go of the interpreter's lock).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from leaderboard.ranking.scores import Floats

_BLOCK = 32  # replicates: with a thousand submissions 256 KB
_THREADS = 2
_SMALLEST = 1e-12  # an error below is none


def largest_of_pairs(moved: Floats, se: Floats) -> Floats:
    """Largest |moved_i - moved_j| / se_ij over pairs, by replicate: (replicates, K) and (K, K) to (replicates,)."""
    scale = 1.0 / np.maximum(se, _SMALLEST)
    blocks = [np.ascontiguousarray(moved[start : start + _BLOCK].T) for start in range(0, len(moved), _BLOCK)]
    with ThreadPoolExecutor(_THREADS) as pool:
        return np.concatenate(list(pool.map(lambda block: _block(block, scale), blocks)))


def _block(moved: Floats, scale: Floats) -> Floats:
    """The same of one block, (K, b) to (b,)."""
    worst, room = np.zeros(moved.shape[1]), np.empty_like(moved)
    for one in range(len(moved) - 1):
        gaps = room[one + 1 :]
        np.subtract(moved[one + 1 :], moved[one], out=gaps)
        np.abs(gaps, out=gaps)
        np.multiply(gaps, scale[one, one + 1 :, None], out=gaps)
        np.maximum(worst, gaps.max(axis=0), out=worst)
    return worst


def largest_against(moved: Floats, se: Floats, one: int, others: npt.NDArray[np.intp]) -> Floats:
    """Largest studentised deviation of one submission's differences from the others', by replicate; `se` is its row."""
    if not len(others):
        return np.zeros(len(moved))
    scale = 1.0 / np.maximum(se[others], _SMALLEST)
    return np.asarray((np.abs(moved[:, others] - moved[:, [one]]) * scale).max(axis=1))
