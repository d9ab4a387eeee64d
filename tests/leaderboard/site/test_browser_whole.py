"""Every kind of page in Chromium with scripts, as it is served: quiet, still, narrow, large, printed, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import DESKTOP, PHONE, Visit

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}  # 1280 pixels at 400 %: what WCAG 1.4.10 asks for
A4 = {"width": 703, "height": 1000}  # less the margins
_WATCH = """addEventListener("securitypolicyviolation", event => console.error("policy", event.violatedDirective));
window.moved = 0;
new PerformanceObserver(list => { for (const one of list.getEntries()) window.moved += one.value; })
    .observe({type: "layout-shift", buffered: true});"""
_SETTLE = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60))))"
# Parts that hide what they hold: words that reach out of a box that cuts them.
_CUT = """() => [...document.querySelectorAll("main *")].filter(one => {
    const style = getComputedStyle(one);
    return one.checkVisibility() && /hidden|clip/.test(style.overflowX) && !one.closest(".hidden, svg")
        && style.textOverflow !== "ellipsis" && style.clipPath === "none" && one.textContent.trim()
        && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
}).map(one => one.className + ": " + one.textContent.trim().slice(0, 40))"""
# Words right of the sheet: Chromium would shrink the page to make room for them.
_BEYOND = """width => [...document.querySelectorAll("table, p, figure, pre, svg, dl, ul, ol")].filter(one =>
    one.checkVisibility() && one.getBoundingClientRect().right > width + 1 && !one.closest(".hidden"))
    .map(one => one.tagName + " " + (one.getAttribute("class") || ""))"""
_STOPS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(one => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})
        && !(one.type === "radio" && !one.checked && one.form === null
             && document.querySelector(`input[name="${CSS.escape(one.name)}"]:checked`)))"""
_FOLLOW = f"""() => {{
    window.stops = ({_STOPS})();
    window.trail = [];
    document.addEventListener("focusin", event => {{
        const one = event.target, style = getComputedStyle(one), box = one.getBoundingClientRect();
        const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        window.trail.push([window.stops.indexOf(one), seen, inView && box.width > 0, one.outerHTML.slice(0, 120)]);
    }});
    return window.stops.length;
}}"""


def _visit(browser: Any, whole: Any, **options: Any) -> Visit:
    visit = Visit(browser, whole.address, scripts=True, **options)
    visit.context.add_init_script(_WATCH)
    return visit


@pytest.fixture
def desktop(browser: Any, whole: Any) -> Iterator[Visit]:
    """A visit at 1280 pixels."""
    visit = _visit(browser, whole, viewport=DESKTOP)
    yield visit
    visit.close()


@pytest.mark.parametrize(("size", "code"), [(PHONE, "fr"), (DESKTOP, "en")], ids=["phone", "desktop"])
def test_no_page_complains_calls_outside_or_moves(browser: Any, whole: Any, size: dict[str, int], code: str) -> None:
    """No console message, no breach of the policy, no failed or foreign request, no layout shift: every page."""
    visit = _visit(browser, whole, viewport=size)
    moved = {}
    for path in (path for path in whole.pages if f"/{code}/" in path or path.count("/") < 3):
        page = visit.open(path)
        page.evaluate(_SETTLE)
        moved[path] = page.evaluate("window.moved")
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith(f"{whole.address}/")] == []
    assert {path: value for path, value in moved.items() if value} == {}
    visit.close()


@pytest.mark.parametrize("code", ["fr", "en"])
def test_no_page_scrolls_sideways_at_320_pixels(browser: Any, whole: Any, code: str) -> None:
    """Every page of a language, as one who enlarges four times sees it; nothing is cut off."""
    visit = _visit(browser, whole, viewport=NARROW)
    for path in (path for path in whole.pages if path.startswith(f"rounds/example/{code}/") or "/" not in path):
        page = visit.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
        assert page.evaluate(_CUT) == [], path
    visit.close()


@pytest.mark.parametrize("code", ["fr", "en"])
def test_text_twice_as_large_is_all_there(desktop: Visit, whole: Any, code: str) -> None:
    """With letters of 200 % a kind of page neither scrolls sideways nor cuts words off."""
    for path in whole.kinds(code):
        page = desktop.open(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"], path
        assert page.evaluate(_CUT) == [], path


@pytest.mark.parametrize("code", ["fr", "en"])
def test_the_keyboard_reaches_everything_and_is_seen(desktop: Visit, whole: Any, code: str) -> None:
    """Tab visits every stop of a kind of page in turn, shows where it is, scrolls there, and gets out at the end."""
    for path in whole.kinds(code):
        page = desktop.open(path)
        count = page.evaluate(_FOLLOW)
        for _ in range(count + 1):
            page.keyboard.press("Tab")
        trail = page.evaluate("window.trail")
        unseen = [html for _, seen, shown, html in trail if not (seen and shown)]
        assert unseen == [], path
        missed = set(range(count)) - {number for number, *_ in trail}
        assert [page.evaluate("n => window.stops[n].outerHTML.slice(0, 120)", number) for number in missed] == [], path


def test_targets_are_large_enough(browser: Any, whole: Any) -> None:
    """WCAG 2.5.8 on a phone: a button, box, list or title that opens is 24 pixels high, or its label is."""
    visit = _visit(browser, whole, viewport=PHONE)
    small = """() => [...document.querySelectorAll("button, input, select, summary")].filter(one => {
        const target = one.labels && one.labels.length && one.closest("label") ? one.closest("label") : one;
        const box = target.getBoundingClientRect();
        return one.checkVisibility() && !one.closest("thead") && box.height < 24;
    }).map(one => one.outerHTML.slice(0, 100))"""
    for path in whole.kinds("fr"):
        assert visit.open(path).evaluate(small) == [], path
    visit.close()


@pytest.mark.parametrize("code", ["fr", "en"])
def test_printed_pages_are_whole(browser: Any, whole: Any, code: str) -> None:
    """On A4 a kind of page has no menu and no control, nothing right of the sheet, and what was closed is open."""
    visit = _visit(browser, whole, viewport=A4)
    for path in whole.kinds(code):
        page = visit.open(path)
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"], path
        assert page.evaluate(_BEYOND, A4["width"]) == [], path
        assert page.evaluate(_CUT) == [], path
        for unwanted in ("nav", "button:not(.sort)", "input", "select"):  # a head of a table stays, whatever it can do
            assert page.locator(f"{unwanted}:visible").count() == 0, (path, unwanted)
        page.emulate_media(media="screen")
    sheets = visit.open(f"rounds/example/{code}/index.html").pdf(format="A4", prefer_css_page_size=True)
    assert re.match(rb"%PDF-1", sheets)
    visit.close()


def test_forced_colours_show_charts_and_controls(browser: Any, whole: Any) -> None:
    """With the system's own colours, lines and bars of charts differ from the ground, and boxes keep their edges."""
    visit = _visit(browser, whole, viewport=DESKTOP, forced_colors="active")
    lost = """() => [...document.querySelectorAll("svg :is(.line, .bar, .bars, .mark, .dot)")].filter(one => {
        const ground = getComputedStyle(document.body).backgroundColor, style = getComputedStyle(one);
        const drawn = [style.fill, style.stroke].filter(colour => colour !== "none");
        return one.checkVisibility() && drawn.every(colour => colour === ground);
    }).map(one => one.outerHTML.slice(0, 90))"""
    edgeless = """() => [...document.querySelectorAll("button:not(.sort), input, select")].filter(one =>
        one.checkVisibility() && getComputedStyle(one).borderTopStyle === "none" && one.type !== "checkbox")
        .map(one => one.outerHTML.slice(0, 90))"""
    for path in whole.kinds("fr"):
        page = visit.open(path)
        assert page.evaluate(lost) == [], path
        assert page.evaluate(edgeless) == [], path
    visit.close()


def test_who_wants_no_movement_gets_none(browser: Any, whole: Any) -> None:
    """With prefers-reduced-motion nothing on any kind of page is animated, and scrolling does not glide."""
    visit = _visit(browser, whole, viewport=DESKTOP, reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].filter(one => {
        const style = getComputedStyle(one);
        return style.animationName !== "none" || style.scrollBehavior === "smooth"
            || style.transitionDuration.split(",").some(time => parseFloat(time) > 0);
    }).map(one => one.tagName)"""
    for path in whole.kinds("fr"):
        assert visit.open(path).evaluate(moving) == [], path
    visit.close()
