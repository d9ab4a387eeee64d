"""Which language a text is in: langdetect (Shuyo 2010), as the published rules ask it, with a fixed seed.

langdetect draws at random where a text is short, so two runs of the published rules can differ; here they cannot.
"""

from __future__ import annotations

import functools
import importlib
from pathlib import Path
from typing import Any

from harness.errors import TaskError

_SEED = 0
_LONGEST = 10_000  # characters that langdetect looks at anyway


def is_language(text: str, code: str) -> bool:
    """Whether langdetect takes the text for this language (ISO 639-1); a text without letters is of any."""
    found = _detect(text[:_LONGEST])
    return found is None or found.partition("-")[0] == code.partition("-")[0]


@functools.lru_cache(maxsize=256)
def _detect(text: str) -> str | None:
    """The most likely language; None where langdetect finds nothing to go by."""
    detector = _factory().create()
    detector.append(text)
    try:
        return str(detector.detect())
    except _library("lang_detect_exception").LangDetectException:
        return None


@functools.cache
def _factory() -> Any:
    """A factory of our own: the library's shared one has a seed that anybody may change."""
    library = _library("detector_factory")
    factory = library.DetectorFactory()
    profiles = sorted(Path(library.PROFILES_DIRECTORY).iterdir())
    factory.load_json_profile([profile.read_text("utf-8") for profile in profiles if profile.is_file()])
    factory.seed = _SEED
    return factory


def _library(module: str) -> Any:
    """A module of langdetect; TaskError where it is missing."""
    try:
        return importlib.import_module(f"langdetect.{module}")
    except ImportError as error:
        remedy = "pip install langdetect==1.0.9"
        raise TaskError("the language detector is not installed", where="instructions", remedy=remedy) from error
