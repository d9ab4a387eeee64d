"""The Merkle tree against published vectors and an independent reading of RFC 6962."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.attest.merkle import (
    EMPTY,
    consistency_proof,
    consistent,
    included,
    inclusion_proof,
    leaf_hash,
    root,
)

# Inputs and roots of the test data that Certificate Transparency's implementations share
INPUTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def recomputed(data: list[bytes]) -> bytes:
    """MTH as RFC 6962 section 2.1 writes it, from the top down."""
    if not data:
        return hashlib.sha256().digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = 1
    while 2 * k < len(data):
        k *= 2
    return hashlib.sha256(b"\x01" + recomputed(data[:k]) + recomputed(data[k:])).digest()


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(n).encode()) for n in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    """The roots are those that other implementations publish for the same inputs."""
    assert root([leaf_hash(data) for data in INPUTS[:size]]).hex() == ROOTS[size - 1]


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_the_root_is_that_of_the_standards_recursion(data: list[bytes]) -> None:
    """Built from below, the tree is the one that RFC 6962 defines from above."""
    assert root([leaf_hash(one) for one in data]) == recomputed(data)


def test_no_entries_have_the_hash_of_nothing() -> None:
    """The head of an empty log is SHA-256 of the empty text."""
    assert root([]).hex() == EMPTY.hex() == hashlib.sha256(b"").hexdigest()


@given(st.integers(1, 40), st.data())
def test_a_proof_of_inclusion_holds_for_its_leaf_only(size: int, data: st.DataObject) -> None:
    """Every leaf's proof holds, and no other leaf, place, size, root or proof goes with it."""
    index = data.draw(st.integers(0, size - 1))
    all_ = leaves(size)
    proof, head = inclusion_proof(index, all_), root(all_)
    assert included(all_[index], index, size, proof, head)
    assert len(proof) <= (size - 1).bit_length()
    assert not included(leaf_hash(b"another"), index, size, proof, head)
    assert not included(all_[index], index, size, proof, hashlib.sha256(b"x").digest())
    assert not included(all_[index], index, size, [*proof, head], head)
    assert not included(all_[index], size, size, proof, head)
    other = data.draw(st.integers(0, size - 1))
    assert included(all_[index], other, size, proof, head) == (other == index)
    if proof:
        assert not included(all_[index], index, size, proof[:-1], head)


@given(st.integers(1, 40), st.data())
def test_a_proof_of_consistency_holds_for_a_beginning_only(later: int, data: st.DataObject) -> None:
    """A tree continues each of its beginnings, and no tree in which one leaf was changed."""
    earlier = data.draw(st.integers(1, later))
    all_ = leaves(later)
    proof = consistency_proof(earlier, all_)
    assert consistent(earlier, root(all_[:earlier]), later, root(all_), proof)
    changed = list(all_)
    changed[data.draw(st.integers(0, earlier - 1))] = leaf_hash(b"changed")
    assert not consistent(earlier, root(changed[:earlier]), later, root(all_), proof)
    assert not consistent(earlier, root(all_[:earlier]), later, root(changed), proof)
    rewritten = consistency_proof(earlier, changed)
    assert not consistent(earlier, root(all_[:earlier]), later, root(changed), rewritten)
    assert not consistent(earlier, root(all_[:earlier]), later, root(all_), [*proof, root(all_)])


def test_a_proof_about_what_is_not_there_is_refused() -> None:
    """No proof of an entry beyond the end, nor of a longer beginning than the whole."""
    with pytest.raises(IndexError):
        inclusion_proof(3, leaves(3))
    with pytest.raises(IndexError):
        consistency_proof(4, leaves(3))
    assert not consistent(0, EMPTY, 3, root(leaves(3)), [root(leaves(3))])
