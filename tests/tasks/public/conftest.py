"""Where the rows of public benchmarks are for the tests: DEFI_DATA, or a folder beside the checkout."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def mirror(checkout: Path) -> Path:
    """A folder with copies of the benchmarks' files; these tests skip where there is none."""
    folder = Path(os.environ.get("DEFI_DATA", checkout.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no benchmark rows in {folder}: set DEFI_DATA")
    os.environ["DEFI_DATA"] = str(folder)
    return folder
