"""Every page of the site as text: templates are compiled once a language, then each page is one render."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from harness.types import LANGUAGES, Json
from leaderboard.site import routes, samples, view
from leaderboard.site.curves import STYLES
from leaderboard.site.figures import Figures
from leaderboard.site.language import Language, load_method
from leaderboard.site.view import View

FOLDER = Path(__file__).parent
HEAT_STEPS = 10


def render_pages(table: Json) -> Iterator[tuple[str, str]]:
    """Yield `(path from the site's root, HTML)` of every page of a round table."""
    shown = View(table)
    sites = [_Site(shown, Language(code)) for code in LANGUAGES]
    yield routes.HOME, _choice(sites)
    for site in sites:
        for path, html in site.pages():
            yield f"{site.say.code}/{path}", html


class _Site:
    """The pages of one language."""

    def __init__(self, shown: View, say: Language) -> None:
        self.view, self.say = shown, say
        self.figures = Figures(shown, say)
        self.environment = _environment()
        self.environment.globals.update(
            view=shown,
            say=say,
            t=say.text,
            figures=self.figures,
            round=shown.round,
            name_link=self.name_link,
            names_link=self.names_link,
            certifiable=self._certifiable(),
            LANGUAGES=LANGUAGES,
            others=[code for code in LANGUAGES if code != say.code],
            other_names={code: Language(code).text("language_name") for code in LANGUAGES},
        )
        self.environment.filters.update(ours=say.typeset, lang_name=say.name_of)

    def pages(self) -> Iterator[tuple[str, str]]:
        """Every page below the language's folder."""
        yield routes.HOME, self.render("standings.html.j2", routes.HOME)
        for row in self.view.standings.values():
            path = self.view.pages[row["submission"]]
            comparisons, more = self.view.around(row["submission"])
            yield path, self.render("submission.html.j2", path, row=row, comparisons=comparisons, more=more)
        for name, task in self.view.tasks.items():
            path = self.view.task_pages[name]
            rows, *others = self.view.on_task(name)
            shown = samples.by_level(task, self.say.code)
            groups = [group for group in zip(("open", "baselines"), others, strict=True) if group[1]]
            yield path, self.render("task.html.j2", path, task=task, rows=rows, groups=groups, samples=shown)
        yield routes.METHOD, self.render("method.html.j2", routes.METHOD, sections=self._method())

    def render(self, template: str, path: str, **values: Any) -> str:
        """One page; `home` leads to the language's folder and `root` to the site's."""
        home = routes.to_home(path)
        return self.environment.get_template(template).render(path=path, home=home, root=f"{home}../", **values)

    def name_link(self, submission: str, home: str) -> Markup:
        """A submission's name, as a link to its page."""
        href = home + self.view.pages[submission]
        return Markup('<a href="{}"><bdi>{}</bdi></a>').format(href, self.view.names[submission])

    def names_link(self, submissions: Sequence[str], home: str, most: int = 4) -> Markup:
        """`A, B and C`, each a link; more than `most` end in `and N others`."""
        kept = submissions if len(submissions) <= most + 1 else submissions[:most]
        parts = [self.name_link(name, home) for name in kept]
        if len(kept) < len(submissions):
            parts.append(self.say.text("others", len(submissions) - len(kept)))
        return self.say.listing(parts)

    def _certifiable(self) -> Markup:
        """How far answers right everywhere would get with this round's number of questions."""
        say, reach = self.say, self.view.round["certifiable"]
        low, high = (say.score(threshold, 0) for threshold in self.view.round["thresholds"])
        half, most = (
            say.text("certifiable.level", level=level) if level else say.text("certifiable.none")
            for level in (reach["level"], reach["level_80"])
        )
        levels = say.text("n_levels", self.view.levels)
        if not self.view.stopping:
            return say.text("certifiable.all", half=half, most=most, low=low, high=high, levels=levels)
        given = ((reach["level"], half, low), (reach["level_80"], most, high))
        found = [
            say.text("certifiable.at", level=text, threshold=tau) for level, text, tau in given if level is not None
        ]
        sentences = [say.text("certifiable.stopping", levels=levels, found=say.listing(found))] if found else []
        sentences += [say.text("certifiable.untested", threshold=tau) for level, _, tau in given if level is None]
        return Markup(" ").join(sentences)

    def _method(self) -> list[dict[str, Any]]:
        """The method page's sections with the round's own numbers in them."""
        low, high = self.view.round["thresholds"]
        values = {
            "confidence": self.say.percent(self.view.round["confidence"], 0),
            "threshold": self.say.score(low, 0),
            "threshold_high": self.say.score(high, 0),
            "certifiable": self._certifiable(),
        }
        stopping = self.view.stopping
        if stopping:
            taus = self.say.listing(self.say.score(tau, 0) for tau in stopping["thresholds"])
            values |= {"core": self.say.number(stopping["core"]), "thresholds": taus}
            values["alpha"] = self.say.percent(stopping["alpha"], 0)
        return [
            {
                **section,
                "body": [paragraph.format(**values) for paragraph in section["stopping" if stopping else "body"]],
            }
            for section in load_method(self.say.code)
        ]


def _choice(sites: Sequence[_Site]) -> str:
    """The root page, useful in every language at once."""
    environment = _environment()
    return environment.get_template("choice.html.j2").render(sites=sites, view=sites[0].view, LANGUAGES=LANGUAGES)


# --- templates ---------------------------------------------------------------------------------------------------


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


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        bytecode_cache=_MEMORY,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css, policy = style()
    environment.globals.update(css=css, policy=policy, routes=routes, STYLES=STYLES)
    environment.filters.update(
        cut=view.cut,
        known=view.known,
        flattened=view.flattened,
        pieces=samples.pieces,
        answer=samples.answer_text,
        heat=heat,
        slug=routes.slug,
    )
    return environment


@functools.cache
def style() -> tuple[Markup, str]:
    """The style sheet and the Content-Security-Policy that allows it, by its hash, and nothing else but our images.

    The sheet is inside each page: `'self'` means nothing reliable for pages opened from disk, and a page that was
    saved alone keeps its looks.
    """
    css = re.sub(r"/\*.*?\*/", "", (FOLDER / "assets" / "site.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    css = re.sub(r"\s*\n\s*", "\n", css).strip()
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; base-uri 'none'; form-action 'none'"
    return Markup(css), policy  # noqa: S704 - our own file


def heat(value: float) -> int:
    """A score's place among the tints of the style sheet, 0 to `HEAT_STEPS`."""
    return round(min(max(value, 0.0), 1.0) * HEAT_STEPS)
