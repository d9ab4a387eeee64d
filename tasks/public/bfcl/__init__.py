"""Berkeley Function Calling Leaderboard v4 (Patil et al. 2025): which functions to call, with which arguments.

The categories for Python with one turn: simple, multiple, parallel, parallel multiple, and irrelevance, where nothing
can be called. As whoever never calls is right there every time, level 3 asks its 120 rows among as many simple ones.

The prompt is the published one for models without a tool format: a system message with the functions as JSON, then the
request. Calls are read from the whole answer, as published, or from a code fence or a line of it that is nothing but
calls (`reading.py`), and compared by the published rules (`matching.py`). The published reader runs `eval` on sums and
accepts `not` for a minus; here nothing is evaluated. `strict` among the metrics takes the whole answer only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.public import PublicTask, Row, Source
from harness.task import Judgement, Telling
from harness.types import Item, Json, Message, Request, Sampling
from tasks.public.bfcl.matching import matching
from tasks.public.bfcl.reading import read_calls, strict_calls

_ALONE = 80  # simple rows of level 1; the others are in level 3
_HINT = " Note that the provided function is in Python 3 syntax."
_SYSTEM = """You are an expert in composing functions.You are given a question and a set of possible functions. Based \
on the question, you will need to make one or more function/tool calls to achieve the purpose. If none of the \
functions can be used, point it out. If the given question lacks the parameters required by the function, also point \
it out.

You should only return the function calls in your response.

If you decide to invoke any of the function(s), you MUST put it in the format of [func_name1(params_name1=\
params_value1, params_name2=params_value2...), func_name2(params)].  You SHOULD NOT include any other text in the \
response.

At each turn, you should try your best to complete the tasks requested by the user within the current turn. Continue \
to output functions to call until you have fulfilled the user's request to the best of your ability. Once you have no \
more functions to call, the system will consider the current turn complete and proceed to the next turn or task.

Here is a list of functions in json format that you can invoke.
{functions}
"""


class Lines(Source):
    """Files with one object a line that are called `.json`. A package carries them, so they are on disk."""

    def read(self, name: str) -> tuple[Row, ...]:
        """The first rows of a file, unchecked."""
        text = Path(self.place(name)).read_text(encoding="utf-8")
        return tuple(json.loads(line) for line in text.split("\n")[: self.files[name].rows])


class Bfcl(PublicTask):
    """Calls of functions."""

    source_class = Lines

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The level's category; in level 3, simple rows and those where nothing can be called."""
        if level == 1:
            return self._answered("simple_python")[:_ALONE]
        if level == 3:
            unanswered = [{**row, "ground_truth": []} for row in self.source.rows("irrelevance")]
            return [*self._answered("simple_python")[_ALONE:], *unanswered]
        return self._answered({2: "multiple", 4: "parallel", 5: "parallel_multiple"}[level])

    def tell(self, structure: Row, language: str) -> Telling:
        """The request with its functions; its target is the published answers."""
        ((message,),) = structure["question"]
        data = {"functions": structure["function"], "category": structure["id"].rpartition("_")[0]}
        return Telling(message["content"], structure["ground_truth"], data=data)

    def request(self, item: Item) -> Request:
        """The published system message, and the request."""
        functions = [{**one, "description": one["description"] + _HINT} for one in item.data["functions"]]
        system = _SYSTEM.format(functions=json.dumps(functions, indent=4))
        sampling = Sampling(max_new_tokens=self.card.max_new_tokens[item.level - 1], stop=self.card.stop)
        return Request(item.id, item.language, (Message("system", system), Message("user", item.question)), sampling)

    def answer(self, item: Item) -> str:
        """The first of the allowed values of every argument; a sentence where nothing can be called."""
        if not item.target:
            return "None of the functions can be used."
        functions = {function["name"]: function for function in item.data["functions"]}
        calls = [(name, allowed, functions[name]) for one in item.target for name, allowed in one.items()]
        return f"[{', '.join(_written(*call) for call in calls)}]"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the calls are allowed, and are all that is wanted."""
        calls, strict = read_calls(text), strict_calls(text)
        right, exact = (matching(one, item.target, item.data["functions"]) for one in (calls, strict))
        said = ", ".join(f"{name}({', '.join(arguments)})" for name, arguments in calls)
        reason = "" if right else f"{len(calls)} calls, {len(item.target)} wanted"
        return Judgement(float(right), said[:2000], reason, {"strict": float(exact), "calls": float(len(calls))})

    def _answered(self, category: str) -> list[Row]:
        answers = {row["id"]: row["ground_truth"] for row in self.source.rows(f"{category}_answers")}
        return [{**row, "ground_truth": answers[row["id"]]} for row in self.source.rows(category)]


def _written(name: str, allowed: Mapping[str, Sequence[Json]], function: Json) -> str:
    """A call with every argument that it needs."""
    required = function["parameters"]["required"]
    given = {key: values for key, values in allowed.items() if key in required or "" not in values}
    return f"{name}({', '.join(f'{key}={_first(values)!r}' for key, values in given.items())})"


def _first(values: Sequence[Json]) -> Any:
    """The first value that says something; of dictionaries, the first of each key."""
    value = next(one for one in values if one != "")
    if isinstance(value, list):
        return [_single(one) for one in value]
    return _single(value)


def _single(value: Json) -> Any:
    return {key: _first(values) for key, values in value.items()} if isinstance(value, dict) else value


TASK = Bfcl(Path(__file__).parent)
