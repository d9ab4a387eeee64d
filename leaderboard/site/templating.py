"""Templates, the style sheet and the scripts, and the policy that allows them and nothing else."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from leaderboard.site import naming, routes, samples, view
from leaderboard.site.curves import STYLES

FOLDER = Path(__file__).parent
HEAT_STEPS = 10


class _Memory(BytecodeCache):
    """Compiled templates by key, so that each is compiled once for all languages."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket from memory; an unknown key leaves it empty."""
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.code[bucket.key] = bucket.bytecode_to_string()


_MEMORY = _Memory()


def environment() -> Environment:
    """Where templates are compiled: every value is escaped, and a name that nobody gave is an error."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        bytecode_cache=_MEMORY,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(css=style(), policy=policy, script=script, routes=routes, STYLES=STYLES)
    made.filters.update(
        called=naming.called,
        cut=naming.cut,
        known=view.known,
        pieces=samples.pieces,
        answer=samples.answer_text,
        heat=heat,
        slug=routes.slug,
        country=view.country,
        weights=view.weights,
        size_class=view.size_class,
    )
    return made


@functools.cache
def style() -> Markup:
    """The style sheet: `site.css`, then one file of `assets/pages/` after the other.

    The sheet is inside each page: `'self'` means nothing reliable for pages opened from disk, and a page that was
    saved alone keeps its looks.
    """
    files = [FOLDER / "assets" / "site.css", *sorted((FOLDER / "assets" / "pages").glob("*.css"))]
    css = "\n".join(file.read_text(encoding="utf-8") for file in files)
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return Markup(re.sub(r"\s*\n\s*", "\n", css).strip())  # noqa: S704 - our own files


@functools.cache
def script(name: str) -> Markup:
    """A script of `assets/scripts/`: inside the page, as the style sheet is."""
    return Markup((FOLDER / "assets" / "scripts" / f"{name}.js").read_text(encoding="utf-8").strip())  # noqa: S704 - ours


@functools.cache
def policy(scripts: Sequence[str] = ()) -> str:
    """The Content-Security-Policy of a page: our style and these scripts by their hashes, our images, our own data."""
    allowed = " ".join(_digest(script(name)) for name in scripts)
    ran = f"script-src {allowed}; connect-src 'self'; " if scripts else ""
    return f"default-src 'none'; style-src {_digest(style())}; {ran}img-src 'self'; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def heat(value: float) -> int:
    """A score's place among the tints of the style sheet, 0 to `HEAT_STEPS`."""
    return round(min(max(value, 0.0), 1.0) * HEAT_STEPS)
