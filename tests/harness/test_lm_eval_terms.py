"""What lm-eval's pairs and generation options mean here."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import EngineError
from harness.lm_eval_terms import sampling_of, split_pair
from harness.types import Sampling


@given(st.text(), st.text(min_size=1))
def test_spaces_move_to_the_continuation(context: str, continuation: str) -> None:
    """Nothing is lost at the border, and no context ends with white space (lm-evaluation-harness `_encode_pair`)."""
    kept, option = split_pair(context, continuation)
    assert kept + option == context + continuation
    assert kept == kept.rstrip()
    assert option.endswith(continuation)


@pytest.mark.parametrize(
    "given_options",
    [
        {"until": ["\n\n"], "do_sample": False, "temperature": 0.0, "max_gen_toks": 40},
        {"until": "Question:", "max_new_tokens": 12, "max_tokens": 9},
        {"until": [], "do_sample": False, "temperature": 0.7, "max_completion_tokens": 7},
        {"top_p": 0.95, "top_k": 40, "temperature": 0},
        {},
    ],
)
def test_budget_and_stops_are_lm_evals(given_options: dict[str, Any]) -> None:
    """Every name of the budget, its default, and the stops are read as lm-eval 0.4.13 reads them."""
    utils = pytest.importorskip("lm_eval.models.utils")
    theirs = utils.normalize_gen_kwargs(given_options, 256)
    ours = sampling_of(given_options)
    assert not theirs["do_sample"]
    assert ours == Sampling(theirs["max_gen_toks"], tuple(utils.handle_stop_sequences(theirs["until"], None)))


@pytest.mark.parametrize(
    ("given_options", "told"),
    [
        ({"do_sample": True}, "sampled"),
        ({"temperature": 0.7}, "sampled"),
        ({"num_beams": 4}, "num_beams"),
        ({"repetition_penalty": 1.2}, "repetition_penalty"),
        ({"until": ["\n", ""]}, "not empty"),
    ],
)
def test_what_would_not_be_greedy_is_refused(given_options: dict[str, Any], told: str) -> None:
    """Sampling, beams, penalties and an empty stop are refused with the item's name, never passed over."""
    with pytest.raises(EngineError, match=told) as caught:
        sampling_of(given_options, where="task/7")
    assert caught.value.where == "task/7"
