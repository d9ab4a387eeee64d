"""A record's JSON Schema and the object that it must be turned into."""

from __future__ import annotations

import datetime

from harness.types import Json
from tasks.content_production.structured_output import lexicon
from tasks.content_production.structured_output.record import Goods, Parcel, Record, Rung

_STRING, _INTEGER = {"type": "string"}, {"type": "integer"}
_FACTS = {"age": _INTEGER, "city": _STRING}
_DATE = {"type": "string", "format": "date"}


def key(name: str, language: str) -> str:
    """A property's name in a language."""
    return lexicon.KEYS[name][language == "en"]


def schema(record: Record, language: str) -> dict[str, Json]:
    """The JSON Schema (draft 2020-12) of the answer."""
    rung = record.rung
    properties: dict[str, Json] = {"name": _STRING} | {name: _FACTS[name] for name, _ in record.facts}
    if rung.dated:
        properties["date"] = _DATE
    if rung.priced:
        properties["currency"] = {"enum": list(lexicon.CURRENCIES)}
    if rung.totals:
        properties |= {"total_quantity": _INTEGER, "total_price": _INTEGER}
    definitions: dict[str, Json] = {}
    if rung.parcels:
        definitions = _named({"item": _item(rung, language), "parcel": _parcel(rung, language)}, language)
        properties |= {"delivery": _DATE, "parcels": _list(_reference("parcel", language))}
    elif rung.nested:
        properties["order"] = _item(rung, language)
    elif rung.items:
        properties["items"] = _list(_item(rung, language))
    made = _object(properties, tuple(properties), language)
    return made | ({"$defs": definitions} if definitions else {})


def target(record: Record, language: str) -> dict[str, Json]:
    """The object that says the record."""
    rung = record.rung
    found: dict[str, Json] = {"name": record.name} | dict(record.facts)
    goods = [*record.goods, *(g for parcel in record.parcels for g in parcel.goods)]
    if rung.dated:
        found["date"] = record.date.isoformat()
    if rung.priced:
        found["currency"] = record.currency
    if rung.totals:
        found["total_quantity"] = sum(g.quantity for g in goods)
        found["total_price"] = sum(g.quantity * g.price for g in goods)
    if rung.parcels:
        found["delivery"] = (record.date + datetime.timedelta(days=record.delay)).isoformat()
        found["parcels"] = _inside("", record, language)
    elif rung.nested:
        found["order"] = _say_goods(goods[0], language)
    elif rung.items:
        found["items"] = [_say_goods(g, language) for g in goods]
    return _named(found, language)


def weight(parcel: Parcel, record: Record) -> int:
    """Grams of a parcel with all that is inside it."""
    return parcel.weight + sum(weight(child, record) for child in record.parcels if child.parent == parcel.code)


def _named(properties: dict[str, Json], language: str) -> dict[str, Json]:
    return {key(name, language): value for name, value in properties.items()}


def _object(properties: dict[str, Json], required: tuple[str, ...], language: str) -> dict[str, Json]:
    names = [key(name, language) for name in required]
    return {"type": "object", "properties": _named(properties, language), "required": names}


def _list(entries: dict[str, Json]) -> dict[str, Json]:
    return {"type": "array", "items": entries}


def _reference(name: str, language: str) -> dict[str, Json]:
    return {"$ref": f"#/$defs/{key(name, language)}"}


def _item(rung: Rung, language: str) -> dict[str, Json]:
    properties: dict[str, Json] = {"product": _STRING, "quantity": _INTEGER}
    if rung.priced:
        properties["price"] = _INTEGER
    required = tuple(properties)
    if rung.sized:
        properties["size"] = {"enum": list(lexicon.SIZES)}
    return _object(properties, required, language)


def _parcel(rung: Rung, language: str) -> dict[str, Json]:
    properties: dict[str, Json] = {"code": _STRING, "weight": _INTEGER, "items": _list(_reference("item", language))}
    if rung.likened:
        properties["total_weight"] = _INTEGER
    required = tuple(properties)
    if rung.depth > 1:
        properties["parcels"] = _list(_reference("parcel", language))
    return _object(properties, required, language)


def _say_goods(goods: Goods, language: str) -> dict[str, Json]:
    optional = {"price": goods.price, "size": goods.size}
    given = {name: value for name, value in optional.items() if value}
    return _named({"product": goods.product, "quantity": goods.quantity} | given, language)


def _inside(parent: str, record: Record, language: str) -> list[Json]:
    """The parcels of a parcel (or of none), by code."""
    children = sorted((p for p in record.parcels if p.parent == parent), key=lambda p: p.code)
    return [_say_parcel(child, record, language) for child in children]


def _say_parcel(parcel: Parcel, record: Record, language: str) -> dict[str, Json]:
    items = [_say_goods(g, language) for g in parcel.goods]
    found: dict[str, Json] = {"code": parcel.code, "weight": parcel.weight, "items": items}
    if record.rung.likened:
        found["total_weight"] = weight(parcel, record)
    if inside := _inside(parcel.code, record, language):
        found["parcels"] = inside
    return _named(found, language)
