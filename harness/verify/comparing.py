"""Recorded answers against the engine's answers now, one by one, and how far apart two texts stand where they part."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence

from harness.commitment import item_key, keyed
from harness.conditions.budgets import capped
from harness.dialogue import next_request
from harness.engine.base import Engine
from harness.errors import EngineError
from harness.plan import task_of
from harness.record import read_scores
from harness.types import Completion, Item, Request, Sampling
from harness.verify.agreement import Trial, largest
from harness.verify.asked import Cut, Recorded

_ANSWERED = ("stop", "length")
Turn = tuple[str, int]  # an item and a turn of it


def parting(recorded: str, replayed: str, cut: Cut) -> tuple[str, str] | None:
    """Both texts up to and with the first token in which they part; None where one of them ends there."""
    for (one, first), (two, second) in zip(cut(recorded), cut(replayed), strict=False):
        if one != two:
            return recorded[:first], replayed[:second]
    return None


def compare(recorded: Recorded, engine: Engine, chosen: Mapping[str, Sequence[Completion]]) -> tuple[list[Trial], int]:
    """Every recorded turn of the chosen items against the engine's answer now; and how many had no answer.

    EngineError where the engine leaves requests without an answer, or answers what it was not asked.
    """
    said = {(item, done.turn): done for item, turns in chosen.items() for done in turns}
    requests = {turn: request for turn in said if (request := _request(recorded, chosen, turn))}
    with engine:
        now = dict(_answers(engine, requests))
        gaps = dict(_gaps(engine, recorded, requests, said, now))
    both = [turn for turn in requests if _usable(said[turn]) and now[turn].finish != "error"]
    scores = {row.item: row.value for row in read_scores(recorded.run)}
    trials = [_trial(recorded, chosen, said[turn], now[turn], gaps.get(turn, 0.0), scores) for turn in both]
    beyond = [Trial(item, turn, "text", ("end",)) for item, turn in said if (item, turn) not in requests]
    return [*trials, *beyond], len(requests) - len(both)


def _request(recorded: Recorded, chosen: Mapping[str, Sequence[Completion]], turn: Turn) -> Request | None:
    """What was asked then: with no more tokens than the item had left."""
    item, before = recorded.items[turn[0]], chosen[turn[0]][: turn[1]]
    request = next_request(task_of(item), item, [done.text for done in before])
    used = sum(done.completion_tokens for done in before)
    return capped(request, recorded.budget, used) if request else None


def _answers(engine: Engine, requests: Mapping[Turn, Request]) -> Iterator[tuple[Turn, Completion]]:
    """One turn of each item at a time: a wave never holds an item twice."""
    for turn in sorted({turn for _, turn in requests}):
        wave = {item: request for (item, at), request in requests.items() if at == turn}
        for completion in engine.run(list(wave.values())):
            if wave.pop(completion.item, None) is None:
                raise EngineError("the engine answered what it was not asked", where=completion.item)
            yield (completion.item, turn), completion
        if wave:
            raise EngineError(f"the engine left {len(wave)} requests without an answer")


def _gaps(
    engine: Engine,
    recorded: Recorded,
    requests: Mapping[Turn, Request],
    said: Mapping[Turn, Completion],
    now: Mapping[Turn, Completion],
) -> Iterator[tuple[Turn, float]]:
    """How much less likely than its own words the engine finds the recorded ones, where two texts part."""
    asked: dict[Turn, Request] = {}
    for turn, request in requests.items():
        if request.options or not _usable(said[turn]) or now[turn].finish not in _ANSWERED:
            continue
        if (words := parting(said[turn].text, now[turn].text, recorded.cut)) is not None:
            lead = recorded.style.of(request.messages).delimiter
            options = tuple(text.removeprefix(lead) for text in words)
            asked[turn] = dataclasses.replace(request, options=options, sampling=Sampling(0))
    for turn, completion in _answers(engine, asked):
        if len(completion.option_logprobs) == 2:
            theirs, own = completion.option_logprobs
            yield turn, own - theirs if math.isfinite(own - theirs) else math.inf


def _trial(
    recorded: Recorded,
    chosen: Mapping[str, Sequence[Completion]],
    was: Completion,
    now: Completion,
    gap: float,
    scores: Mapping[str, float | None],
) -> Trial:
    item = recorded.items[was.item]
    choice, turns = bool(item.options), chosen[was.item]
    differs = {
        "prompt": not _same_prompt(recorded, was, now),
        "text": was.text != now.text,
        "finish": was.finish != now.finish,
        "tokens": not choice and was.completion_tokens != now.completion_tokens,
        "choice": choice and _best(was) != _best(now),
        "shorter": not choice
        and was.finish == "stop"
        and len(was.text) < len(now.text)
        and now.text.startswith(was.text),
        "end": was is turns[-1] and _usable(was) and goes_on(item, turns),
    }
    return Trial(
        item=was.item,
        turn=was.turn,
        kind="choice" if choice else "text",
        differs=tuple(name for name, other in differs.items() if other),
        moved=largest(was.option_logprobs, now.option_logprobs) if choice else gap,
        gain=_gain(item, now, scores.get(item.id)) if len(turns) == 1 else 0.0,
    )


def _same_prompt(recorded: Recorded, was: Completion, now: Completion) -> bool:
    """By hash and length; the hashes of a sealed round may be keyed."""
    hashes = [now.prompt_sha256]
    if recorded.sealed:
        hashes.append(keyed("prompt", now.prompt_sha256, item_key(recorded.seed)))
    return was.prompt_sha256 in hashes and was.prompt_tokens == now.prompt_tokens


def goes_on(item: Item, turns: Sequence[Completion]) -> bool:
    """Whether a dialogue was not over: turns have been taken away."""
    return next_request(task_of(item), item, [done.text for done in turns]) is not None


def _gain(item: Item, now: Completion, before: float | None) -> float:
    """What the record's score is above the score of the answer now."""
    after = task_of(item).score(item, now).value
    return before - after if before is not None and after is not None else 0.0


def _best(done: Completion) -> set[int]:
    return {n for n, score in enumerate(done.option_logprobs) if score == max(done.option_logprobs)}


def _usable(done: Completion) -> bool:
    return done.finish not in ("error", "late")
