"""What a machine says of itself in passing."""

import pytest

from leaderboard.discretion import pathless


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("/home/jane/runs/spring/state.json: torn line", "…/state.json: torn line"),
        (
            "OSError: [Errno 13] Permission denied: '/srv/defi/a b/x'",
            "OSError: [Errno 13] Permission denied: '…/a b/x'",
        ),
        ("no ~/models/x.safetensors (see ~jane/y)", "no …/x.safetensors (see ~jane/y)"),
        ("file:///home/jane/x", "file://…/x"),
        ("no space left on /home/jane", "no space left on …"),
        ("/Users/jane: denied, (/home/jane/)", "…: denied, (…)"),
        ("https://example.org/home/jane, see docs/home/jane", None),
        ("get https://example.org/a/b or runs/demo/x, 3/4 done, either/or", None),
        ("team/entry: 12/40 items / cells", None),
        ("", None),
    ],
)
def test_folders_of_absolute_paths_are_left_out(said: str, shown: str | None) -> None:
    """A file's name is enough to know what was wrong; addresses, relative paths and fractions are no such paths."""
    assert pathless(said) == (said if shown is None else shown)
