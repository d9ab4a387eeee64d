"""The names in the manifest are the names of its folders, and only the organisers' team has baselines."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding

ORGANISERS = "baselines"  # the team of the entries that know no answer, and of the oracle that knows all
BASELINE_ENGINES = ("oracle", "null", "constant", "echo", "random")
RESERVED = (  # folders of submissions/, runs/ROUND/ and records that are no team, and no entry either
    "template",
    "site",
    "frozen",
    "records",
    "tasks",
    "logs",
    "costs",
    "private",
    "cases",
    "publications",
    "voided",
    "parts",
)

CODES = {
    "identity.folder": "Team and entry in the manifest must be the names of its two folders: results are filed there.",
    "identity.reserved": (
        "The team's or the entry's name is a folder of the project: template, site, frozen, records, tasks, logs, "
        "costs, private, cases, publications, voided or parts."
    ),
    "identity.baseline": (
        "Baseline engines, `baseline: true`, a checkpoint of kind none, and the team `baselines` go together: "
        "no team may enter an engine that is handed the answers."
    ),
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Compare the manifest with where it lies and with who may enter what."""
    places = {"team": dossier.folder.parent.name, "entry": dossier.folder.name}
    for key, actual in places.items():
        name = dossier.declared(key, str)
        if name is not None and name != actual:
            what = f"the manifest says {name!r} and the folder is {actual!r}"
            yield finding(
                "identity.folder", f"manifest.yaml: {key}", what, f"write `{key}: {actual}`, or rename the folder"
            )
    for key in places:
        name = dossier.declared(key, str)
        if name in RESERVED:
            what = f"the {key} name {name!r} is a folder of the project: its records could be taken for something else"
            remedy = f"choose another {key} name; reserved: {', '.join((*RESERVED, ORGANISERS))}"
            yield finding("identity.reserved", f"manifest.yaml: {key}", what, remedy)
    yield from _baseline(dossier)


def _baseline(dossier: Dossier) -> Iterator[Finding]:
    team, engine = dossier.declared("team", str), dossier.declared("engine", str)
    kind = (dossier.declared("checkpoint", dict) or {}).get("kind")
    signs = {
        f"team is {team!r}": team == ORGANISERS,
        f"engine is {engine!r}": engine in BASELINE_ENGINES,
        "baseline is true": dossier.raw.get("baseline") is True,
        f"checkpoint.kind is {kind!r}": kind == "none",
    }
    if any(signs.values()) and not all(signs.values()):
        said = "; ".join(sign for sign, holds in signs.items() if holds)
        remedy = "use `engine: transformers` with a checkpoint and no `baseline` key"
        yield finding("identity.baseline", "manifest.yaml", f"only the organisers enter baselines, and {said}", remedy)


CHECK = Check("identity", CODES, run)
