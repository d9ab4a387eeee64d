"""`defi anchors new|retire`."""

from __future__ import annotations

from pathlib import Path

import click

from harness.anchors import PUBLISHED, SCHEMA, demand_anchors, keep_anchors, published_anchors, unseal_anchors
from harness.commitment import CommitmentError, read_published
from harness.errors import UnknownNameError
from harness.record import read_json, write_json
from harness.sealed_round import FOLDER, state_of
from harness.types import Anchors, Json
from harness.workspace import find_workspace


@click.group()
def anchors() -> None:
    """Make and retire the secret items that several sealed rounds share.

    \b
    defi anchors new anchors-2027
    defi anchors retire anchors-2027
    """


@anchors.command()
@click.argument("name", metavar="SET")
def new(name: str) -> None:
    """Draw the seed of a set of anchors, and print what a sealed round's configuration says of it.

    \b
    defi anchors new anchors-2027
    """
    digest = keep_anchors(find_workspace().root / FOLDER, name)
    click.echo(f"Wrote {FOLDER}/{name}.anchors.json. Keep a copy elsewhere. In the configuration of each round:")
    click.echo(f"anchors: {{share: 0.15, set: {name}, sha256: {digest}}}")


@anchors.command()
@click.argument("name", metavar="SET")
def retire(name: str) -> None:
    """Publish the seed of a set in every round that asked it; refused while one of them is not revealed.

    No round may ask the set afterwards: its items are public.

    \b
    defi anchors retire anchors-2027
    """
    from harness.attest.log_head import append_signed

    workspace = find_workspace()
    rounds = _rounds(workspace.runs, name)
    if open_ := [folder.name for folder in rounds if state_of(read_published(folder) or {}) != "revealed"]:
        remedy = "reveal these rounds first: `defi round reveal`"
        raise CommitmentError("rounds that ask the set are not revealed", where=", ".join(open_), remedy=remedy)
    for folder, said in rounds.items():
        kept = Anchors(said["share"], "", said["set"], said["sha256"])
        if published_anchors(folder):
            click.echo(f"{folder.name}: published before")
            continue
        seed = demand_anchors(unseal_anchors(kept, folder, workspace.root / FOLDER))
        write_json(folder / PUBLISHED, {"schema": SCHEMA, "set": name, "seed": str(seed)})
        append_signed(folder / "log.jsonl", "anchors.retired", {"set": name, "sha256": said["sha256"]})
        click.echo(f"published in {folder.name}/{PUBLISHED}")


def _rounds(runs: Path, name: str) -> dict[Path, dict[str, Json]]:
    """The rounds whose configuration, as it was opened, names the set; UnknownNameError lists the sets there are."""
    said = {path.parent: (read_json(path)["rules"]["round"].get("anchors") or {}) for path in runs.glob("*/seed.json")}
    found = {folder: facts for folder, facts in sorted(said.items()) if facts.get("set") == name}
    if not found:
        sets = {facts["set"] for facts in said.values() if "set" in facts}
        raise UnknownNameError("set of anchors that a round asked", name, sets)
    return found
