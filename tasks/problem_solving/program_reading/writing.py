"""Writing random programs: what each level may use, and how long they run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from harness.errors import TaskError
from tasks.problem_solving.program_reading.running import Run
from tasks.problem_solving.program_reading.syntax import (
    Append,
    Assign,
    Call,
    Const,
    Def,
    Expression,
    For,
    If,
    Index,
    Op,
    Print,
    Program,
    Return,
    Slice,
    Statement,
    Var,
    While,
)

_LETTERS = "abdkmnpqrstuvwxyz"  # not those of loops (c, e, i, j) and functions (f, g, h)
_WORDS = (
    "table train orange nation animal capital festival minute piano melon radio violet garage village image".split()
)
_KEYS = "lion tiger panda zebra".split()
_ATTEMPTS = 1_000  # a program fits about every other time
_BLOCKS_TRIED = 40


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level writes."""

    blocks: tuple[str, ...]  # the kinds of blocks, each in its turn
    steps: tuple[int, int]  # the fewest and most statements and operations run
    printed: int = 1  # values printed
    most: int = 999  # the largest number
    functions: int = 0
    depth: int = 1  # operations in an expression
    variables: int = 2  # numbers
    words: int = 0  # texts of two words and a number
    values: tuple[int, int] = (2, 30)  # least and greatest first value of a variable


LEVELS: tuple[Rules, ...] = (
    Rules((), (2, 2), variables=0, words=1),
    Rules((), (4, 4), variables=3, values=(10, 99)),
    Rules((), (5, 5), 2, variables=4, values=(10, 99)),
    Rules(("update",), (7, 9), most=99, variables=3),
    Rules(("update", "if"), (10, 14), most=99),
    Rules(("for", "if"), (16, 28), most=200),
    Rules(("text", "letters", "list", "each", "for"), (30, 54), 2, 250),
    Rules(("list", "while", "each", "text"), (61, 85), 2, 400),
    Rules(("for", "if", "while", "list"), (86, 108), 2, 600, functions=1),
    Rules(("dict", "for", "each", "while"), (109, 135), 3, 900, functions=2),
    Rules(("nested", "dict", "list", "text", "while"), (136, 165), 3, 999, functions=2, depth=2),
    Rules(("nested", "dict", "list", "text", "while", "for", "each"), (166, 210), 4, 9_999, functions=3, depth=2),
)


def draw_program(rng: Random, level: int) -> tuple[Program, Run]:
    """A program of the level and its run: blocks are added until it runs for long enough."""
    rules = LEVELS[level - 1]
    for _ in range(_ATTEMPTS):
        writer, state = _Writer(rng, rules), Run(rules.steps[1], rules.most)
        program = writer.opening()
        if not state.go_on(program):
            continue
        program += _blocks(rng, rules, writer, state)
        closing: Program = (Print(writer.printed()),)
        if state.go_on(closing) and state.steps >= rules.steps[0] and len(state.printed[0]) <= 60:
            return program + closing, state
    raise TaskError(f"no program found in {_ATTEMPTS} attempts", where=f"program_reading level {level}")


def _blocks(rng: Random, rules: Rules, writer: _Writer, state: Run) -> Program:
    """Blocks that run for nearly as long as the level wants; one that runs for too long is not kept."""
    program: Program = ()
    kinds: list[str] = []
    for _ in range(_BLOCKS_TRIED if rules.blocks else 0):
        if state.steps >= rules.steps[0] - 1:
            break
        kinds = kinds or rng.sample(rules.blocks, len(rules.blocks))
        changed = writer.changed
        block = tuple(writer.block(kinds.pop()))
        if state.go_on(block):
            program += block
        else:
            writer.changed = changed
    return program


def _phrase(rng: Random) -> str:
    """Two words and a number: long enough that no other program has the same."""
    return " ".join((*rng.sample((*_WORDS, *_KEYS), 2), str(rng.randint(10_000, 999_999))))


class _Writer:
    """A program in the making: its variables by type, and its functions."""

    def __init__(self, rng: Random, rules: Rules) -> None:
        self.rng = rng
        self.rules = rules
        self.names = rng.sample(_LETTERS, len(_LETTERS))
        self.numbers = [self.names.pop() for _ in range(rules.variables)]
        self.lists: list[str] = []
        self.texts = [self.names.pop() for _ in range(rules.words)]
        self.keys: list[str] = []
        self.functions: list[tuple[str, int]] = []
        self.changed = [*self.numbers, *self.texts][0]

    def opening(self) -> Program:
        """Functions and first values."""
        rng, rules = self.rng, self.rules
        body: list[Statement] = [self._function(name) for name in "fgh"[: rules.functions]]
        body += [Assign(name, Const(rng.randint(*rules.values))) for name in self.numbers]
        body += [Assign(name, Const(_phrase(rng))) for name in self.texts]
        return (*body, *self._first_values())

    def _first_values(self) -> list[Statement]:
        """The lists, words and dictionaries that the level's blocks need."""
        rng, found = self.rng, []
        blocks = self.rules.blocks
        if "list" in blocks or "each" in blocks:
            self.lists.append("items")
            found.append(Assign("items", Const(tuple(rng.randint(1, 20) for _ in range(rng.randint(4, 5))))))
        if "text" in blocks:
            self.texts.append("word")
            found.append(Assign("word", Const(rng.choice(_WORDS))))
        if "dict" in blocks:
            self.keys = rng.sample(_KEYS, 3)
            pairs = tuple((key, rng.randint(1, 20)) for key in self.keys)
            found.append(Assign("stock", Const(pairs)))
        return list(found)

    def printed(self) -> tuple[Expression, ...]:
        """What the last line prints: what has changed, first."""
        rng, rules = self.rng, self.rules
        if not rules.blocks:
            return tuple(map(Var, rng.sample(self.numbers + self.texts, rules.printed)))
        texts = [*self.texts, *self.lists]
        names = dict.fromkeys(texts if texts and rules.printed < 2 else [self.changed, *texts, *self.numbers])
        shown: list[Expression] = []
        shown += [Var(name) for name in names][: rules.printed]
        if self.keys:
            shown[-1] = Index(Var("stock"), Const(rng.choice(self.keys)))
        return tuple(shown)

    # --- expressions -----------------------------------------------------------------------------------------

    def _number(self, depth: int) -> Expression:
        """An expression whose value is a number."""
        rng = self.rng
        if depth == 0:
            return Var(rng.choice(self.numbers)) if rng.random() < 0.7 else Const(rng.randint(1, 9))
        choice = rng.random()
        if self.functions and choice < 0.3:
            name, arity = rng.choice(self.functions)
            return Call(name, tuple(self._number(0) for _ in range(arity)))
        if self.lists and choice < 0.45:
            return rng.choice((Index(Var("items"), Const(rng.randrange(4))), Call("len", (Var("items"),))))
        if self.keys and choice < 0.6:
            return Index(Var("stock"), Const(rng.choice(self.keys)))
        operator = rng.choice("++--*%/")
        if operator in "%/":
            return Op("//" if operator == "/" else "%", self._number(depth - 1), Const(rng.randint(2, 7)))
        right = Const(rng.randint(2, 3)) if operator == "*" else self._number(0)
        return Op(operator, self._number(depth - 1), right)

    def _test(self) -> Expression:
        """An expression that is true or false."""
        rng = self.rng
        name = Var(rng.choice(self.numbers))
        if rng.random() < 0.4:
            divisor = rng.randint(2, 3)
            return Op("==", Op("%", name, Const(divisor)), Const(rng.randrange(divisor)))
        simple = Op(rng.choice(("<", ">", "<=", ">=")), name, Const(rng.randint(3, 30)))
        if self.rules.depth > 1 and rng.random() < 0.3:
            other = Op("!=", Op("%", Var(rng.choice(self.numbers)), Const(2)), Const(0))
            return Op(rng.choice(("and", "or")), simple, other)
        return simple

    # --- blocks ----------------------------------------------------------------------------------------------

    def block(self, kind: str) -> list[Statement]:
        return _BLOCKS[kind](self)

    def update(self) -> list[Statement]:
        """A variable changes."""
        rng = self.rng
        self.changed = name = rng.choice(self.numbers[:2])
        if rng.random() < 0.5:
            return [Assign(name, self._number(self.rules.depth), operator=rng.choice("+-"))]
        value = Op(rng.choice("+-*"), Var(name), Const(rng.randint(2, 9)))
        other = self.numbers[1] if name == self.numbers[0] else self.numbers[0]
        return [Assign(name, rng.choice((value, Op("+", Var(other), Const(rng.randint(2, 9))))))]

    def branch(self) -> list[Statement]:
        """One of two changes."""
        return [If(self._test(), tuple(self.update()), tuple(self.update()) if self.rng.random() < 0.7 else ())]

    def loop(self) -> list[Statement]:
        """A loop over a range."""
        start = self.rng.randint(0, 3)
        source = Call("range", (Const(start), Const(start + self.rng.randint(3, 6))))
        return [For("i", source, self._inside("i"))]

    def nested(self) -> list[Statement]:
        """A loop in a loop."""
        outer, inner = (Call("range", (Const(self.rng.randint(2, 4)),)) for _ in range(2))
        self.numbers.append("i")
        body = For("j", inner, self._inside("j"))
        self.numbers.remove("i")
        return [For("i", outer, (body,))]

    def each(self) -> list[Statement]:
        """A loop over a list or over the keys of a dictionary."""
        if self.keys and (not self.lists or self.rng.random() < 0.5):
            self.changed = name = self.rng.choice(self.numbers[:2])
            return [For("key", Var("stock"), (Assign(name, Index(Var("stock"), Var("key")), operator="+"),))]
        if not self.lists:
            return self.loop()
        return [For("e", Var("items"), self._inside("e"))]

    def _inside(self, name: str) -> tuple[Statement, ...]:
        """The body of a loop: it uses the loop's variable."""
        self.changed = target = self.rng.choice(self.numbers[:2])
        use = Assign(
            target, self.rng.choice((Var(name), Op("*", Var(name), Const(2)))), operator=self.rng.choice("++-")
        )
        self.numbers.append(name)
        choice = self.rng.random()
        body: list[Statement] = [If(self._test(), (use,), tuple(self.update()))] if choice < 0.6 else [use]
        if choice > 0.4:
            body += self.update()
        self.numbers.remove(name)
        return tuple(body)

    def until(self) -> list[Statement]:
        """A loop that ends when a number is large or small enough."""
        rng = self.rng
        name, other = rng.sample(self.numbers[:2], 2)
        self.changed = other
        if rng.random() < 0.5:
            step: Statement = Assign(name, Const(rng.randint(2, 9)), operator="+")
            test = Op("<", Var(name), Const(rng.randint(30, 90)))
        else:
            step, test = Assign(name, Op("//", Var(name), Const(2))), Op(">", Var(name), Const(1))
        change = Assign(other, rng.choice((Var(name), Const(rng.randint(1, 9)))), operator=rng.choice("+-"))
        return [While(test, (step, rng.choice((change, If(self._test(), (change,))))))]

    def spell(self) -> list[Statement]:
        """The word changes; it keeps at least four letters."""
        rng, word = self.rng, Var("word")
        cut, part = rng.randint(1, 3), Const(rng.choice(_WORDS))
        value = rng.choice(
            (
                Op("+", Slice(word, Const(cut)), Slice(word, None, Const(cut))),
                Op("+", Slice(word), Slice(part, Const(0), Const(cut))),
                Op("+", Index(word, Const(cut)), word),
                Op("+", Slice(word, None, Const(cut + 1)), Slice(part, Const(cut), Const(cut + 2))),
            )
        )
        return [Assign("word", value)]

    def letters(self) -> list[Statement]:
        """A word is built or its letters are counted, one by one."""
        rng, letter = self.rng, self.rng.choice("aeinort")
        name = self.numbers[0]
        new = Assign("word", Op("+", Var("word"), Index(Var("word"), Const(rng.randint(0, 2)))))
        counted = If(Op("==", Var("c"), Const(letter)), (new,), (Assign(name, Const(1), operator="+"),))
        return [For("c", Const(rng.choice(_WORDS)), (counted,))]

    def store(self) -> list[Statement]:
        """The list changes."""
        rng = self.rng
        if rng.random() < 0.5:
            return [Append("items", self._number(self.rules.depth))]
        place = Const(rng.randrange(4))
        return [Assign("items", self._number(self.rules.depth), place, rng.choice(("", "+", "-")))]

    def count(self) -> list[Statement]:
        """The dictionary changes."""
        key = Const(self.rng.choice(self.keys))
        return [Assign("stock", self._number(self.rules.depth), key, self.rng.choice(("", "+", "-")))]

    def _function(self, name: str) -> Statement:
        """A function with two cases; every other one calls itself."""
        rng, own = self.rng, self.numbers
        self.numbers = ["a", "b"] if name == "f" else ["n"]
        if name == "f":
            test, low, high = self._test(), self._number(1), self._number(1)
            body: tuple[Statement, ...] = (If(test, (Return(low),)), Return(high))
        else:
            again = Call(name, (Op("-", Var("n"), Const(rng.randint(3, 5))),))
            more = Op(rng.choice("+-"), again, rng.choice((Var("n"), Const(rng.randint(1, 9)))))
            body = (If(Op("<", Var("n"), Const(rng.randint(3, 8))), (Return(self._number(0)),)), Return(more))
        arity = len(self.numbers)
        parameters, self.numbers = tuple(self.numbers), own
        self.functions.append((name, arity))
        return Def(name, parameters, body)


_BLOCKS: dict[str, Callable[[_Writer], list[Statement]]] = {
    "update": _Writer.update,
    "if": _Writer.branch,
    "for": _Writer.loop,
    "nested": _Writer.nested,
    "each": _Writer.each,
    "while": _Writer.until,
    "text": _Writer.spell,
    "letters": _Writer.letters,
    "list": _Writer.store,
    "dict": _Writer.count,
}
