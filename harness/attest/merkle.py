"""The Merkle tree of a log: one hash for all its entries, and short proofs about it.

RFC 6962 section 2.1 defines the tree and the proofs (its MTH, PATH and PROOF); proofs are checked as RFC 9162 sections
2.1.3.2 and 2.1.4.2 say, which is the same tree. A leaf is an entry's bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()  # the root of no entries


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data): the prefix keeps a leaf from being taken for a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH: the head of a tree with these leaf hashes."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:  # an odd last node moves up unchanged: the same tree as RFC 6962's recursion
        pairs = [_node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = [*pairs, level[-1]] if len(level) % 2 else pairs
    return level[0]


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(index, leaves): the hashes that lead from one leaf to the root, the lowest first."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(index, leaves[:k]), root(leaves[k:])]
    return [*inclusion_proof(index - k, leaves[k:]), root(leaves[:k])]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes) -> bool:
    """Whether a proof shows that `leaf` is entry `index` of the tree of `size` leaves with that head."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = _node(step, found)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = _node(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == head


def consistency_proof(earlier: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF(earlier, leaves): the hashes that show that the first `earlier` leaves were not changed since."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(f"a tree of {earlier} leaves is none of the beginnings of one of {len(leaves)}")
    return _subproof(earlier, leaves, whole=True)


def _subproof(earlier: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962; `whole` says that the earlier tree's root is known to the reader."""
    if earlier == len(leaves):
        return [] if whole else [root(leaves)]
    k = _split(len(leaves))
    if earlier <= k:
        return [*_subproof(earlier, leaves[:k], whole=whole), root(leaves[k:])]
    return [*_subproof(earlier - k, leaves[k:], whole=False), root(leaves[:k])]


def consistent(earlier: int, first: bytes, later: int, second: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree (`earlier`, `first`) is the beginning of the tree (`later`, `second`)."""
    if earlier == later:
        return not proof and first == second
    if not 0 < earlier < later or not proof:
        return False
    steps = list(proof)
    if not earlier & (earlier - 1):  # a power of two: the earlier root is itself a node of the later tree
        steps.insert(0, first)
    fn, sn = earlier - 1, later - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = _node(step, old), _node(step, new)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = _node(new, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first and new == second
