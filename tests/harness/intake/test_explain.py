"""Every code that a check can yield is explained: what it means, why, what to do, and an example."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import UnknownNameError
from harness.intake import explain as module
from harness.intake.explain import explain
from harness.intake.strict import parse_yaml
from harness.intake.verdict import explanations

FAMILIES = {  # codes that are put together from a RefusedError's, or from a row of a table
    "manifest.": "too-large too-deep syntax alias tag duplicate-key not-a-file missing",
    "json.": "syntax too-large too-deep duplicate-key not-a-file unreadable",
    "safetensors.": "truncated header offsets unreadable",
    "hash.": "unreadable changed",
    "tokenizer.": "part pattern",
    "architecture.": "missing unexpected shape",
}


def yielded(root: Path) -> Iterator[tuple[str, str]]:
    """Every first argument of `finding(…)` and `Finding(…)`, and its file: a text, or the beginning of one."""
    for path in [*(root / "harness/intake").rglob("*.py"), root / "harness/cli/smoke.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("finding", "Finding") and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    yield str(code.value), path.name
                elif isinstance(code, ast.JoinedStr):
                    assert isinstance(code.values[0], ast.Constant)
                    yield str(code.values[0].value), path.name


def test_every_code_in_the_source_is_explained(checkout: Path) -> None:
    """Constant codes are explained as they are; those that are put together are of a known family, whole."""
    found = set(yielded(checkout))
    assert len(found) > 60
    for code, file in found:
        if code.endswith("."):
            assert {code + rest for rest in FAMILIES[code].split()} <= explanations().keys(), file
        else:
            assert code in explanations(), file


def test_every_code_has_all_four_parts_and_no_other_is_explained() -> None:
    """A meaning, a reason, a remedy and an example, none of them empty, none for a code that does not exist."""
    page = parse_yaml(module._PAGE.read_bytes())
    assert page.keys() == explanations().keys()
    for code, parts in page.items():
        assert list(parts) == ["why", "remedy", "example"], code
        assert all(len(text) > 7 for text in parts.values()), code
        assert parts["why"].endswith("."), code
        assert parts["remedy"].endswith((".", ")")), code


def test_one_code_and_all_codes() -> None:
    """One is shown in four lines; `all` gives every code once, in order."""
    (one,) = explain("hash.wrong")
    assert str(one).splitlines()[0].startswith("hash.wrong: A file's SHA-256")
    assert [line.split(":")[0].strip() for line in str(one).splitlines()[1:]] == ["why", "remedy", "example"]
    assert [each.code for each in explain("all")] == list(explanations())


def test_an_unknown_code_is_told_the_nearest() -> None:
    """Exit 2, with what was probably meant, and every valid code."""
    with pytest.raises(UnknownNameError) as caught:
        explain("hash.wrnog")
    assert caught.value.exit_code == 2
    assert "did you mean hash.wrong" in caught.value.remedy
    assert all(code in caught.value.remedy for code in explanations())
