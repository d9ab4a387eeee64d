"""Croissant 1.1 metadata of a round's tables (http://mlcommons.org/croissant/1.1), with true checksums.

Addresses are relative to `croissant.json` where nobody said where the publication stands on the web.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.types import Json
from leaderboard.data import licence
from leaderboard.data.specs import Spec, specs

CONFORMS = "http://mlcommons.org/croissant/1.1"
_MEDIA = {"csv": "text/csv", "parquet": "application/x-parquet"}
_TYPES = {"string": "sc:Text", "integer": "cr:Int64", "number": "cr:Float64", "boolean": "sc:Boolean"}
_OURS = ("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileProperty",
         "fileObject", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
         "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator",
         "source", "subField", "transform")  # fmt: skip
_CONTEXT: Mapping[str, Json] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{word: f"cr:{word}" for word in _OURS},
}


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table in one encoding, as it was written."""

    table: str  # its name in `specs`
    encoding: str  # csv or parquet
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """Of the file."""
        return f"{self.table}.{self.encoding}"


def metadata(settings: Mapping[str, Json], written: Sequence[TableFile], address: str) -> dict[str, Json]:
    """`croissant.json` of a round.

    Args:
        settings: `round` of the table.
        written: every table's files.
        address: of the folder that holds them, with a slash at its end; empty where nobody said.
    """
    titles = {code: f"{licence.PUBLISHER} – {title}" for code, title in settings["title"].items()}
    parquet = [one for one in written if one.encoding == "parquet"]
    return {
        "@context": dict(_CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS,
        "name": titles,
        "description": {"en": _said("en", settings), "fr": _said("fr", settings)},
        "license": licence.URL,
        "url": address or "../index.html",
        "version": f"1.{len(settings.get('corrections') or ())}.0",
        "datePublished": settings["date"],
        "inLanguage": list(settings["languages"]),
        "creator": {"@type": "sc:Organization", "name": {"en": licence.PUBLISHER, "fr": licence.PUBLISHER}},
        "publisher": {"@type": "sc:Organization", "name": {"en": licence.PUBLISHER, "fr": licence.PUBLISHER}},
        "citeAs": licence.citation(settings, "en", address),
        "isLiveDataset": False,
        "distribution": [_file(one, address) for one in written],
        "recordSet": [_records(specs()[one.table], one.name) for one in parquet],
    }


def _said(language: str, settings: Mapping[str, Json]) -> str:
    words = {
        "en": "Standings of language models in the round {name}: areas, levels, difficulty curves, comparisons.",
        "fr": "Classement de modèles de langue de la manche {name}\u00a0: aires, niveaux, courbes de difficulté, "
        "comparaisons.",
    }
    return words[language].format(name=settings["name"])


def _file(one: TableFile, address: str) -> dict[str, Json]:
    return {
        "@type": "cr:FileObject",
        "@id": one.name,
        "name": {"en": one.name},
        "description": dict(specs()[one.table].text),
        "contentUrl": f"{address}{one.name}",
        "contentSize": f"{one.size} B",
        "encodingFormat": _MEDIA[one.encoding],
        "sha256": one.sha256,
    }


def _records(spec: Spec, file: str) -> dict[str, Json]:
    return {
        "@type": "cr:RecordSet",
        "@id": spec.id,
        "name": dict(spec.name),
        "description": dict(spec.text),
        "key": [{"@id": f"{spec.id}/{column}"} for column in spec.key],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{spec.id}/{column.name}",
                "name": {"en": column.name},
                "description": dict(column.text),
                "dataType": _TYPES[column.type],
                "source": {"fileObject": {"@id": file}, "extract": {"column": column.name}},
            }
            for column in spec.columns
        ],
    }
