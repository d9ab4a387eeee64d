from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("good", ["Apache-2.0", "MIT", "CC-BY-NC-4.0", "MIT OR Apache-2.0", "EUPL-1.2"])
def test_spdx_expressions_pass(entry: Any, good: str) -> None:
    """Any SPDX expression is accepted."""
    entry.manifest["license"] = good
    assert entry.codes() == []


@pytest.mark.parametrize(
    ("bad", "code", "remedy"),
    [
        ("Apache 2.0", "licence.unknown", "'Apache-2.0'"),
        ("gemma", "licence.unknown", "LicenseRef-"),
        ("MIT OR Foo", "licence.unknown", "spdx.org"),
        ("apache-2.0", "licence.spelling", "license: Apache-2.0"),
    ],
)
def test_other_names_are_refused_with_a_way_out(entry: Any, bad: str, code: str, remedy: str) -> None:
    """A name that SPDX does not know is an error whose remedy shows the right one."""
    entry.manifest["license"] = bad
    (found,) = entry.check().findings
    assert (found.code, found.severity) == (code, "error")
    assert remedy in found.remedy


def test_a_licence_of_ones_own_is_accepted_and_shown(entry: Any) -> None:
    """LicenseRef-… is eligible: the organisers are only told to read it."""
    entry.manifest["license"] = "LicenseRef-Gemma"
    verdict = entry.check()
    assert verdict.eligible
    assert [(f.code, f.severity) for f in verdict.findings] == [("licence.custom", "info")]
