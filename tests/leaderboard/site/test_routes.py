"""File names: safe everywhere, and different for different entries."""

import re
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from leaderboard.site import routes

NAMES = st.text(min_size=1, max_size=80) | st.from_regex(r"[a-zA-Z0-9._~-]{1,12}", fullmatch=True)


@given(NAMES)
@example("../../etc/passwd")
@example("con")
@example("é" * 300)
@example("\ud800")
@example("<script>alert(1)</script>")
def test_names_are_safe(name: str) -> None:
    """A file name needs no quoting in a URL, climbs out of no folder, hides from no listing and is not too long."""
    slug = routes.slug(name)
    assert re.fullmatch(r"[a-z0-9][a-z0-9._~-]*", slug)
    assert len(slug) <= 60
    assert ".." not in slug


@given(st.tuples(NAMES, NAMES), st.tuples(NAMES, NAMES))
@example(("a", "b--c"), ("a--b", "c"))
@example(("a-", "b"), ("a", "-b"))
@example(("Team", "x"), ("team", "x"))
@example(("équipe", "x"), ("equipe", "x"))
@example(("a", "x"), ("a ", "x"))
@example(("a" * 61, "x"), ("a" * 62, "x"))
def test_different_entries_never_share_a_page(one: Any, other: Any) -> None:
    """Two entries have the same page exactly when they are the same entry, on a case-blind disk too."""
    same = routes.submission_page(*one).lower() == routes.submission_page(*other).lower()
    assert same == (one == other)


@given(st.tuples(NAMES, NAMES, st.integers(1, 12)), st.tuples(NAMES, NAMES, st.integers(1, 12)))
@example(("a", "b", 2), ("a", "b--2", 1))
@example(("a", "b", 2), ("a--b", "2", 1))
@example(("a", "b.2", 1), ("a", "b", 2))
def test_further_pages_of_a_task_are_no_other_tasks(one: Any, other: Any) -> None:
    """A page of results has the address of no other page, of its own task or of another, on a case-blind disk too."""
    pages = [routes.task_page(f"{track.replace('/', '')}/{task}", n).lower() for track, task, n in (one, other)]
    names = [(track.replace("/", ""), *rest) for track, *rest in (one, other)]
    assert (pages[0] == pages[1]) == (names[0] == names[1])


def test_a_hash_cannot_be_forged() -> None:
    """No safe name looks like the name that another one was given with its hash."""
    forged = routes.slug("Team")
    assert "~" in forged
    assert routes.slug(forged) != forged


def test_plain_names_keep_themselves() -> None:
    """Ordinary names stay readable: their URL is permanent and can be guessed."""
    assert routes.submission_page("open-lab", "smol-135m_v1.2") == "submissions/open-lab--smol-135m_v1.2.html"
    assert routes.task_page("problem_solving/word_problems") == "tasks/problem_solving--word_problems.html"
    assert routes.task_page("problem_solving/word_problems", 2) == "tasks/problem_solving--word_problems--2.html"


def test_the_way_home_is_relative() -> None:
    """Links climb from a page to its language's folder, so that any folder is a host."""
    assert routes.to_home("index.html") == ""
    assert routes.to_home("tasks/a--b.html") == "../"
