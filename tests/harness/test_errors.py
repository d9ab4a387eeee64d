"""Errors say what, where and what to do, in one tree that the module draws."""

import concurrent.futures
import inspect
import multiprocessing
import pickle

import pytest

from harness import errors
from harness.errors import DefiError, PlanChangedError, UnknownNameError, UsageError

CLASSES = {
    name: cls
    for name, cls in vars(errors).items()
    if inspect.isclass(cls) and issubclass(cls, Exception) and cls.__module__ == errors.__name__
}
PARTS = {"what": "the card is torn", "where": "task.yaml", "remedy": "mend it"}


def _drawn() -> dict[str, str]:
    """Each class of the drawing, with the class it hangs from."""
    parents: dict[str, str] = {}
    stack: list[tuple[int, str]] = []
    for line in str(errors.__doc__).splitlines():
        bare = line.lstrip("│├└─ ")
        name = bare.split(" ")[0]
        if not name.endswith("Error"):
            continue
        depth = len(line) - len(bare)
        while stack and stack[-1][0] >= depth:
            stack.pop()
        parents[name] = stack[-1][1] if stack else "Exception"
        stack.append((depth, name))
    return parents


def test_drawing_is_the_tree() -> None:
    """Every class is drawn under its base, and every drawn class exists."""
    assert _drawn() == {name: cls.__bases__[0].__name__ for name, cls in CLASSES.items()}
    assert len(CLASSES) > 10


def test_every_error_has_a_docstring() -> None:
    """Each class says when it is raised."""
    assert all(cls.__doc__ for cls in CLASSES.values())


def test_message_form() -> None:
    """`where: what`, then the remedy on its own line; absent parts leave no trace."""
    assert str(DefiError("the card is torn")) == "the card is torn"
    assert str(DefiError("the card is torn", where="task.yaml")) == "task.yaml: the card is torn"
    assert str(DefiError(**PARTS)) == "task.yaml: the card is torn\n  remedy: mend it"


def test_exit_codes() -> None:
    """Wrong words end a command with 2, everything else with 1 (DESIGN.md)."""
    for cls in CLASSES.values():
        assert cls.exit_code == (2 if issubclass(cls, UsageError) else 1)


def test_unknown_name_lists_what_is_valid() -> None:
    """The valid names are listed in order, the nearest suggested first."""
    error = UnknownNameError("task", "understanding/reading_choise", ["b/other", "understanding/reading_choice"])
    assert error.what == "unknown task 'understanding/reading_choise'"
    assert error.remedy == ("did you mean understanding/reading_choice? valid: b/other, understanding/reading_choice")
    assert error.valid == ["b/other", "understanding/reading_choice"]


def test_unknown_name_without_neighbours() -> None:
    """Nothing near means no guess, and an empty list says so."""
    assert UnknownNameError("task", "zzz", ["alpha"]).remedy == "valid: alpha"
    assert UnknownNameError("round", "x", []).remedy == "valid: none exist yet"


def test_changed_plan_names_its_fields() -> None:
    """The first eight changed fields are shown in order, all are kept."""
    error = PlanChangedError("runs/x", (f"f{n}" for n in reversed(range(10))))
    assert error.fields == [f"f{n}" for n in range(10)]
    assert error.what.endswith("changed: f0, f1, f2, f3, f4, f5, f6, f7 …")
    assert PlanChangedError("runs/x", ["dtype"]).what.endswith("changed: dtype")


def _all() -> list[DefiError]:
    special = {"UnknownNameError": ("task", "x", ["y"]), "PlanChangedError": ("runs/x", ["dtype"])}
    return [cls(*special[name]) if name in special else cls(**PARTS) for name, cls in CLASSES.items()]


@pytest.mark.parametrize("error", _all(), ids=lambda e: type(e).__name__)
def test_pickling_keeps_every_part(error: DefiError) -> None:
    """An error rebuilt elsewhere has the same class, text and parts."""
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert again.args == error.args


def _raise(error: DefiError) -> None:
    raise error


def test_an_error_crosses_a_process() -> None:
    """Raised in a worker, it arrives whole: what, where, remedy and its own fields."""
    context = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        with pytest.raises(DefiError) as caught:
            pool.submit(_raise, DefiError(**PARTS)).result()
        assert {part: getattr(caught.value, part) for part in PARTS} == PARTS
        with pytest.raises(UnknownNameError) as unknown:
            pool.submit(_raise, UnknownNameError("task", "x", ["y"])).result()
        assert unknown.value.valid == ["y"]
