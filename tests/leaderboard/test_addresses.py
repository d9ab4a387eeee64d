"""Addresses that whoever publishes gives: what is taken, what is refused, and what a page leads to."""

from pathlib import Path
from typing import Any

import pytest

from harness.errors import PublishError
from leaderboard.addresses import contact_address, link, web_address
from leaderboard.publish import publish

Table = dict[str, Any]


@pytest.mark.parametrize("contact", ["defi@example.org", "a.b+c@mail.example.org", "https://example.org/contact", ""])
def test_an_address_where_people_can_be_reached_is_taken_as_it_is(contact: str) -> None:
    """E-mail, web, or none."""
    assert contact_address(contact) == contact


@pytest.mark.parametrize(
    "contact",
    ["the organisers", "a@b", "javascript:alert(1)", "a@b.c?cc=d@e.f", "a@b.c\n", "<b>@example.org", "@b.c", "a @b.c"],
)
def test_what_leads_nowhere_or_elsewhere_is_refused(contact: str) -> None:
    """Words, other schemes, and an address that would do more than address."""
    with pytest.raises(PublishError, match="nobody can be reached"):
        contact_address(contact)


def test_a_page_leads_to_the_address() -> None:
    """By mail or to a page of the web."""
    assert link("defi@example.org") == "mailto:defi@example.org"
    assert link("https://example.org/contact") == "https://example.org/contact"


def test_an_address_of_the_web_ends_in_a_slash() -> None:
    """Whatever was given; and none is none."""
    assert web_address("https://example.org") == web_address("https://example.org/") == "https://example.org/"
    assert not web_address("")


def test_the_contact_is_kept_from_one_publishing_to_the_next(table: Table, tmp_path: Path) -> None:
    """The accessibility statement and the press page name it, until another or none is given."""
    for contact, shown in (("defi@example.org", True), (None, True), ("", False)):
        found = publish(table, tmp_path / "site", contact=contact)
        for page in ("fr/accessibility.html", "en/press.html"):
            html = (found.round / page).read_text(encoding="utf-8")
            assert ('<a href="mailto:defi@example.org">defi@example.org</a>' in html) is shown, (page, contact)
