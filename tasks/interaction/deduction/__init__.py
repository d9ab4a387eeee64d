"""Deduction games: find a hidden number or code by guessing and drawing conclusions from what each guess is told.

Level 1 tells the number after a wrong guess, level 2 two numbers; then how far off it is, higher or lower, and codes
judged by counts, whose last levels tell half as much and refuse a guess that the answers rule out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from harness.dialogue import DialogueTask
from harness.task import Judgement, Telling
from harness.types import Item
from tasks.interaction.deduction.games import DIGITS, LEVELS, Game, draw_game
from tasks.interaction.deduction.reading import LONGEST, read_code, read_whole
from tasks.interaction.deduction.solving import Answer, compare, find_code, find_number
from tasks.interaction.deduction.telling import (
    tell_clash,
    tell_counts,
    tell_form,
    tell_left,
    tell_number,
    tell_opening,
    tell_rules,
)

_PATIENCE = 3  # unreadable guesses in a row that end a game


@dataclass(frozen=True, slots=True)
class Table:
    """Where a game stands after what was said."""

    found: bool
    over: bool
    told: str  # what the last guess is told, without the tries left
    guess: str  # the last guess read


class Deduction(DialogueTask[Game]):
    """Guessing games.

    The score is 1 if a guess within the turns equals the secret, else 0. A turn is one guess, read by
    `reading.read_whole` and `reading.read_code`; an unreadable one gets a hint of the form and costs a turn, three in
    a row or a text of over 2,000 characters end the game. Chance is that of as many different blind guesses as turns.
    """

    def draw(self, rng: Random, level: int, index: int) -> Game:
        """A game of the level."""
        return draw_game(rng, level, index)

    def tell(self, structure: Game, language: str) -> Telling:
        """The opening; the secret is the target."""
        tries = self.card.turns[LEVELS.index(structure.rules)]
        data = {"low": structure.low, "symbols": structure.symbols}
        return Telling(tell_opening(structure, tries, language), structure.secret, data=data)

    def instruction(self, level: int, language: str) -> str:
        """The rules of the level's games."""
        return tell_rules(LEVELS[level - 1], language)

    def reply(self, item: Item, said: Sequence[str]) -> str | None:
        """What the last guess is told, and the tries left; None when the game is over."""
        table = self._table(item, said)
        if table.over:
            return None
        if LEVELS[item.level - 1].tells:
            return table.told
        return f"{table.told} {tell_left(self.card.turns[item.level - 1] - len(said), item.language)}"

    def judge_dialogue(self, item: Item, said: Sequence[str]) -> Judgement:
        """1 if the secret was guessed."""
        table = self._table(item, said)
        return Judgement(float(table.found), table.guess, "" if table.found else f"the secret is {item.target}")

    def play(self, item: Item) -> list[str]:
        """The guesses of the strategy that finds every secret in time."""
        game = _game(item)
        if game.rules.kind == "order":
            return [str(guess) for guess in find_number(game.low, game.high, int(game.secret))]
        if game.rules.kind == "code":
            there, back = str.maketrans(game.symbols, DIGITS[: len(game.symbols)]), dict(enumerate(game.symbols))
            guesses = find_code(game.rules, game.secret.translate(there))
            return ["".join(back[int(digit)] for digit in guess) for guess in guesses]
        tried = [(game.low + game.high) // 2]
        if game.rules.kind == "pair" and int(game.secret) > game.decoy != tried[0]:
            tried.append(game.decoy)
        return [*(str(guess) for guess in tried if str(guess) != game.secret), game.secret]

    def _table(self, item: Item, said: Sequence[str]) -> Table:
        """Play what was said, at most as many turns as there are."""
        game, language, turns = _game(item), item.language, self.card.turns[item.level - 1]
        tried: list[tuple[str, Answer]] = []
        told, guess, unread = tell_form(game, language), "", 0
        for turn, text in enumerate(said[:turns], start=1):
            read = _read(game, item.question, text)
            unread = 0 if read else unread + 1
            guess = read or guess
            if read == game.secret:
                return Table(True, True, "", read)
            told = _told(game, tried, read, language) if read else tell_form(game, language)
            if turn == turns or unread == _PATIENCE or len(text) > LONGEST:
                return Table(False, True, told, guess)
        return Table(False, False, told, guess)


def _told(game: Game, tried: list[tuple[str, Answer]], guess: str, language: str) -> str:
    """What a wrong guess is told; a code that is tried joins those tried before."""
    rules = game.rules
    if rules.kind != "code":
        return tell_number(game, int(guess), language)
    agrees = all(compare(rules, place, code, guess) == answer for place, (code, answer) in enumerate(tried))
    if rules.agreeing and not agrees:
        return tell_clash(language)
    tried.append((guess, compare(rules, len(tried), guess, game.secret)))
    return tell_counts(rules, len(tried) - 1, tried[-1][1], language)


def _read(game: Game, question: str, text: str) -> str | None:
    """The guess of a turn, None where there is none that the rules allow."""
    if game.rules.kind != "code":
        return read_whole(text, question)
    code = read_code(text, question, game.symbols, game.rules.length)
    return code if code and (game.rules.repeats or len(set(code)) == len(code)) else None


def _game(item: Item) -> Game:
    return Game(LEVELS[item.level - 1], "", 0, item.data["low"], item.data["symbols"], item.target)


TASK = Deduction(Path(__file__).parent)
