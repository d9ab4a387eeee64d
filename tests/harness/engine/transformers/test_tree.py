"""The prefix tree: every sequence is found again along its path, whatever is folded and split."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given

from harness.engine.transformers.tree import Node, fold, grow, split

SEQUENCES = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=12), min_size=1, max_size=12)


def paths(root: Node) -> dict[int, list[int]]:
    """Each sequence as the tree spells it."""
    found = {}
    for leaf in root.below():
        for sequence in leaf.ends:
            found[sequence] = [token for node in (*leaf.ancestors(), leaf) for token in node.tokens]
    return found


@given(SEQUENCES, st.booleans(), st.integers(1, 20))
def test_every_sequence_is_spelled_by_its_path(sequences: list[list[int]], folds: bool, longest: int) -> None:
    """Growing, folding and splitting change how a sequence is cut, never what it is."""
    root = grow(sequences)
    if folds:
        fold(root)
    split(root, longest)
    assert paths(root) == dict(enumerate(sequences))
    for node in root.below():
        if node.parent is None:
            continue
        assert 1 <= len(node.tokens) <= longest
        assert node.start == node.parent.end
        assert bool(node.ends) != bool(node.children), "leaves end sequences, inner nodes have children"
        assert node.size == sum(len(below.tokens) for below in node.below())
        assert node.sequences == sum(len(below.ends) for below in node.below())


@given(SEQUENCES)
def test_nothing_shared_stands_twice(sequences: list[list[int]]) -> None:
    """Unfolded, siblings that go on begin with different tokens: what two share is above them."""
    for node in grow(sequences).below():
        firsts = [child.tokens[0] for child in node.children if len(child.tokens) > 1]
        assert len(firsts) == len(set(firsts))


def test_the_heaviest_come_first() -> None:
    """Children are in the order of the longest answer below them, so that no long one is left for the end."""
    root = grow([[1, 2], [3, 4], [5, 6]], weights=[5, 9, 7])
    assert [child.ends for child in root.children] == [[1], [2], [0]]


def test_a_short_shared_piece_is_folded_and_a_long_one_kept() -> None:
    """A piece is worth a step of its own when it is long and saves enough."""
    short = grow([[*range(20), 100 + n, 7] for n in range(50)])
    fold(short)
    assert all(not child.children for child in short.children)
    long = grow([[*range(64), 100 + n, 7] for n in range(50)])
    fold(long)
    assert [len(child.tokens) for child in long.children] == [64]


def test_a_tree_of_nested_prompts_needs_no_recursion() -> None:
    """A thousand prompts each of which begins the next are no danger to the stack."""
    root = grow([[1] * n for n in range(1, 1500)])
    assert paths(root)[1498] == [1] * 1499
