"""The mark of tests that run vLLM for real."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark where the tests are that bear it."""
    config.addinivalue_line("markers", "vllm: runs the vLLM engine (make test-vllm)")
