"""Dialogues: asked turn by turn, resumed by replaying, judged as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
import yaml

from harness import asking
from harness.asking import Asking
from harness.dialogue import DialogueTask, next_request
from harness.engine.base import EngineContext
from harness.engine.baselines import Oracle
from harness.errors import EngineError, PromptError, TaskError
from harness.prompt import PromptStyle, prompt_sha256
from harness.record import together
from harness.task import Judgement, Telling, load_card
from harness.types import Completion, Item, Json, Request

PLAIN = PromptStyle("plain")
BOTH = {"fr": "…", "en": "…"}
CARD: dict[str, Json] = {
    **dict.fromkeys(("title", "skill", "judging", "ladder"), BOTH),
    "kind": "dialogue",
    "levels": 2,
    "languages": ["fr", "en"],
    "chance": 0.0,
    "license": "Apache-2.0",
    "source": "generated",
    "shots": 1,
    "max_new_tokens": 8,
    "turns": [3, 5],
}


class Guess(DialogueTask[int]):
    """Find a number from 0 to 7, told whether it is higher or lower."""

    def draw(self, rng: Random, level: int, index: int) -> int:
        return rng.randrange(8)

    def tell(self, structure: int, language: str) -> Telling:
        return Telling("Which number from 0 to 7?", structure)

    def instruction(self, level: int, language: str) -> str:
        return "Guess."

    def reply(self, item: Item, said: Sequence[str]) -> str | None:
        guess = int(said[-1]) if said[-1].isdecimal() else -1
        return None if guess == item.target else "higher" if guess < item.target else "lower"

    def judge_dialogue(self, item: Item, said: Sequence[str]) -> Judgement:
        return Judgement(float(said[-1] == str(item.target)), said[-1])

    def play(self, item: Item) -> list[str]:
        return ["4", str(item.target)] if item.target != 4 else ["4"]


@pytest.fixture
def guess(tmp_path: Path) -> Guess:
    folder = tmp_path / "interaction" / "guess"
    folder.mkdir(parents=True)
    (folder / "task.yaml").write_text(yaml.safe_dump(CARD), encoding="utf-8")
    return Guess(folder)


def target(task: Guess, wanted: int) -> Item:
    return next(item for item in task.items(1, "en", "test", 60) if item.target == wanted)


def roles(request: Request) -> str:
    return "".join(message.role[0] for message in request.messages)


def test_turns_alternate_and_end(guess: Guess) -> None:
    """Each request holds all that was said and answered; none follows the right answer or the last turn."""
    item = target(guess, 6)
    first = next_request(guess, item, [])
    assert first is not None
    opening = roles(first)
    assert opening.endswith("u")
    assert first.turn == 0
    second = next_request(guess, item, ["<think>half</think>4"])
    assert second is not None
    assert (roles(second), second.turn) == (opening + "au", 1)
    assert [message.content for message in second.messages[-2:]] == ["4", "higher"]
    assert next_request(guess, item, ["4", "6"]) is None
    assert next_request(guess, item, ["4", "1", "2"]) is None, "three turns at this level"


def test_a_worked_example_is_a_whole_dialogue(guess: Guess) -> None:
    """The example shows the turns, and ends with the model's last word or the environment's answer to it."""
    first = next_request(guess, target(guess, 6), [])
    assert first is not None
    assert roles(first)[:3] == "sua"
    assert roles(first).count("a") == len(guess.play(guess.items(1, "en", "shots", 1)[0]))


def test_the_oracle_plays_to_the_end(guess: Guess) -> None:
    """The gold texts, turn by turn, score 1."""
    for item in guess.items(2, "fr", "test", 20):
        engine, turns = Oracle(EngineContext(PLAIN, gold={item.id: guess.gold(item)})), []
        while (request := next_request(guess, item, [turn.text for turn in turns])) is not None:
            turns += engine.run([request])
        assert guess.score(item, together(turns)).value == 1.0


def completion(item: Item, text: str, prompt: str, finish: str = "stop", turn: int = 0) -> Completion:
    return Completion(item.id, text, finish, 10, 2, prompt_sha256(prompt), turn=turn)  # type: ignore[arg-type]


def test_a_run_goes_on_from_the_turns_on_disk(guess: Guess, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said is never asked again: the next turn is, with the prompt that replaying gives."""
    monkeypatch.setattr(asking, "task_of", lambda item: guess)
    done, begun, fresh = target(guess, 4), target(guess, 6), target(guess, 1)
    first = {i.id: PLAIN.render(guess.request(i).messages, "en") for i in (done, begun, fresh)}
    hashes = {name: prompt_sha256(text) for name, text in first.items()}
    said = {i.id: [completion(i, "4", first[i.id])] for i in (done, begun)}
    run = Asking([done, begun, fresh], hashes, PLAIN, said)
    wave = {request.item: request for request in run.wave()}
    assert {name: request.turn for name, request in wave.items()} == {begun.id: 1, fresh.id: 0}
    with pytest.raises(EngineError, match="another prompt"):
        run.checked(completion(begun, "6", first[begun.id]))
    answer = run.checked(completion(begun, "6", PLAIN.render(wave[begun.id].messages, "en")))
    assert answer.turn == 1
    assert run.heard(answer), "the dialogue is over"
    with pytest.raises(EngineError, match="not asked"):
        run.checked(answer)
    with pytest.raises(EngineError, match="1 requests without"):
        run.refuse_silence()
    assert not run.heard(run.checked(completion(fresh, "4", first[fresh.id]))), "another turn follows"
    run.refuse_silence()
    assert [request.turn for request in run.wave()] == [1]


@pytest.mark.parametrize("finish", ["error", "broken"])
def test_a_turn_without_an_answer_ends_the_dialogue(guess: Guess, monkeypatch: pytest.MonkeyPatch, finish: str) -> None:
    """Nothing is asked after an engine's error or weights that give no number."""
    monkeypatch.setattr(asking, "task_of", lambda item: guess)
    item = target(guess, 6)
    assert not Asking([item], {item.id: ""}, PLAIN, {item.id: [completion(item, "", "", finish)]}).open


def test_turns_put_together(guess: Guess) -> None:
    """All texts, what was spent in all, and cut if any turn was cut."""
    item = target(guess, 6)
    whole = together([completion(item, "4", "a", "length"), completion(item, "6", "b", turn=1)])
    assert (whole.turns, whole.text, whole.finish) == (("4", "6"), "6", "length")
    assert (whole.prompt_tokens, whole.completion_tokens) == (20, 4)


def test_turns_belong_to_dialogues(tmp_path: Path) -> None:
    """A card of another kind with turns, or a dialogue's without, is refused."""
    folder = tmp_path / "interaction" / "guess"
    folder.mkdir(parents=True)
    for card in ({**CARD, "kind": "generate"}, {key: value for key, value in CARD.items() if key != "turns"}):
        (folder / "task.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
        with pytest.raises(TaskError, match="dialogue"):
            load_card(folder)


class Refusing:
    """A style whose template refuses whatever it is shown."""

    def render(self, *_: object) -> str:
        raise PromptError("too many turns")


def test_a_template_that_refuses_a_later_turn_costs_that_dialogue(
    guess: Guess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine says that it is broken, and the run goes on; nobody's long dialogues are left out of the means."""
    monkeypatch.setattr(asking, "task_of", lambda item: guess)
    item = target(guess, 6)
    first = PLAIN.render(guess.request(item).messages, "en")
    said = {item.id: [completion(item, "4", first)]}
    run = Asking([item], {item.id: prompt_sha256(first)}, Refusing(), said)  # type: ignore[arg-type]
    run.wave()
    assert run.heard(run.checked(completion(item, "", "", "broken")))
    again = Asking([item], {item.id: prompt_sha256(first)}, Refusing(), said)  # type: ignore[arg-type]
    assert [late.finish for late in again.late("no time")] == ["late"]
