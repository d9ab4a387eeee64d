"""IFBench's `custom` kinds: one request each, with its own answer."""

from __future__ import annotations

import csv
import io
import re
import string
import unicodedata
from collections.abc import Mapping

from harness.public.instructions.base import Rule, Settings
from harness.public.instructions.rare.counting import trimmed
from harness.public.instructions.reading import clauses

MULTIPLES = ("14", "21", "28", "35", "42", "49")
CAPITALS = (  # north of 45 degrees, from north to south
    "Reykjavik Helsinki Oslo Tallinn Stockholm Riga Moscow Copenhagen Vilnius Minsk Dublin Berlin Amsterdam Warsaw "
    "London Brussels Prague Luxembourg Paris Vienna Bratislava Budapest Vaduz Chisinau Bern Ljubljana Zagreb"
).split()
CITY_COLUMNS = ("ID", "Country", "City", "Year", "Count")
PRODUCT_COLUMNS = ("ProductID", "Category", "Brand", "Price", "Stock")
_CITY_ROWS, _PRODUCT_ROWS, _AFRICAN = 7, 14, 52
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_LIFE = (1769, 1821)
_SHORT_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_SPECIAL = re.compile(r"[^\d\w\s]")
_HEADER = re.compile(r",[ \t]*".join(rf'(?:{name}|"{name}")' for name in PRODUCT_COLUMNS))


def _ascii(text: str) -> str:
    """Without accents, and without what ASCII has not."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def _multiples(text: str, _: Settings) -> bool:
    return tuple(re.findall(r"\d+", text)) == MULTIPLES


def _countries(text: str, _: Settings) -> bool:
    """From Zimbabwe on, lines in reverse order, as many as there are countries."""
    lines = [line for line in map(trimmed, text.split("\n")) if line]
    start = next((n for n, line in enumerate(lines) if "Zimbabwe" in line), len(lines))
    found = [_ascii(line) for line in lines[start:]]
    return len(found) >= _AFRICAN and found == sorted(found, reverse=True)


def _alphabet(text: str, _: Settings) -> bool:
    firsts = [sentence[:1].lower() for sentence in clauses(text)]
    return firsts == list(string.ascii_lowercase)


def _capitals(text: str, _: Settings) -> bool:
    return [name.strip() for name in _ascii(text).split(",") if name.strip()] == CAPITALS


def _table(text: str) -> list[list[str]]:
    """The rows of a table with commas; none where it cannot be read."""
    try:
        return list(csv.reader(io.StringIO(text)))
    except csv.Error:
        return []


def _cities(text: str, _: Settings) -> bool:
    table = _table(text)
    return (
        len(table) == 1 + _CITY_ROWS
        and tuple(table[0]) == CITY_COLUMNS
        and all(len(row) == len(CITY_COLUMNS) for row in table)
    )


def _products(text: str, _: Settings) -> bool:
    """Rows of five fields, up to one with a field in quotes that has a special sign."""
    if not _HEADER.fullmatch(text.partition("\n")[0].strip()):
        return False
    table = _table(text.replace('"', '"""'))
    if len(table) != 1 + _PRODUCT_ROWS:
        return False
    for row in table[1:]:
        if len(row) != len(PRODUCT_COLUMNS):
            return False
        if any(_quoted_sign(field) for field in row):
            return True
    return False


def _quoted_sign(field: str) -> bool:
    """Whether a field begins with a quotation mark and has a special sign before its last one."""
    line = field.partition("\n")[0]
    return line.startswith('"') and _SPECIAL.search(line[1 : line.rfind('"')]) is not None


def _dates(text: str, _: Settings) -> bool:
    return all(_napoleonic(part.strip()) for part in text.split(","))


def _napoleonic(date: str) -> bool:
    """YYYY-MM-DD, in Napoleon's lifetime, with no month or day that is too high."""
    found = _DATE.fullmatch(date)
    if found is None:
        return False
    year, month, day = (int(part) for part in found.groups())
    return _LIFE[0] <= year <= _LIFE[1] and month <= 12 and day <= _SHORT_MONTHS.get(month, 31)


RULES: Mapping[str, Rule] = {
    "custom:multiples": _multiples,
    "custom:reverse_newline": _countries,
    "custom:character_reverse": lambda text, _: "elgae dlab" in text.lower(),
    "custom:sentence_alphabet": _alphabet,
    "custom:european_capitals_sort": _capitals,
    "custom:csv_city": _cities,
    "custom:csv_special_character": _products,
    "custom:date_format_list": _dates,
}
