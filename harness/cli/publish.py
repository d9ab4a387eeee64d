"""`defi publish --round ROUND --out DIR`: the static site, a look at it, and the way back to an earlier one."""

from __future__ import annotations

import json
from pathlib import Path

import click

from harness.cli.site import write_site
from harness.errors import UsageError
from harness.record import RoundPaths
from harness.types import Json
from harness.workspace import find_workspace

_PORT = 8000


@click.command()
@click.option("--round", "round_name", help="A round that has been run.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the site.")
@click.option("--url", metavar="URL", help="Where the site stands on the web; kept for the next publishing.")
@click.option("--contact", metavar="ADDRESS", help="E-mail or web address of the organisers; kept for the next, too.")
@click.option("--keep", type=click.IntRange(0), metavar="N", help="How many earlier publications stay; 5 if not said.")
@click.option("--list", "listed", is_flag=True, help="List the publications that are kept, and publish nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --list, for a program.")
@click.option(
    "--rollback", metavar="[ID]", is_flag=False, flag_value="", default=None, help="Put back an earlier publication."
)
@click.option("--serve", is_flag=True, help=f"Show the site on http://127.0.0.1:{_PORT}/ until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=_PORT, help="Of --serve; 0 takes a free one.")
def publish(  # noqa: PLR0913, PLR0917 - a parameter an option
    round_name: str | None,
    out: Path,
    url: str | None,
    contact: str | None,
    keep: int | None,
    listed: bool,
    as_json: bool,
    rollback: str | None,
    serve: bool,
    port: int,
) -> None:
    """Write the static site of a round, in French and English.

    Rounds that the site holds already stay. A reader sees the previous site or the new one, never half of one.

    \b
    defi publish --round demo --out runs/demo/site --serve
    defi publish --round spring-2027 --out site --url https://grand-defi.example/ --contact challenge@example.org
    defi publish --out site --list
    defi publish --out site --rollback 3
    """
    asked = [round_name is not None, listed, rollback is not None]
    if sum(asked) > 1 or not (any(asked) or serve):
        raise UsageError("nothing, or more than one thing to do", remedy="give one of --round, --list and --rollback")
    if round_name is None and any(one is not None for one in (url, contact, keep)):
        raise UsageError("--url, --contact and --keep are of publishing", remedy="give --round ROUND with them")
    if round_name is not None:
        _publish(round_name, out, url=url, contact=contact, keep=keep)
    elif listed:
        _list(out, as_json=as_json)
    elif rollback is not None:
        _roll_back(out, rollback)
    if serve:
        _serve(out, port)


def _publish(round_name: str, out: Path, *, url: str | None, contact: str | None, keep: int | None) -> None:
    from leaderboard.addresses import contact_address, web_address
    from leaderboard.table import build

    web_address(url or "")  # before a table is made, which may take long
    contact_address(contact or "")
    paths = RoundPaths(find_workspace().runs, round_name)
    write_site(paths, build(paths.folder), out, url=url, contact=contact, keep=keep)


def _list(out: Path, *, as_json: bool) -> None:
    from harness.cli.show import print_table
    from leaderboard.publication.kept import kept, standing
    from leaderboard.publication.listing import demand_publication

    here = standing(out)
    found: list[dict[str, Json]] = [
        {
            "id": one.number,
            "published": one.at.isoformat(timespec="seconds"),
            "rounds": one.rounds,
            "files": len(one.listing.files) + 1,
            "stands": here is not None and one.number == here.number,
        }
        for one in kept(out)
    ]
    if not found:  # nothing stands or none is kept; what is kept is listed even where the site itself was lost
        demand_publication(out)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    cells = [
        [
            str(one["id"]),
            str(one["published"]),
            ", ".join(one["rounds"]),
            str(one["files"]),
            "*" if one["stands"] else "",
        ]
        for one in found
    ]
    print_table(["id", "published", "rounds", "files", "stands"], cells, f"Publications of {out}")


def _roll_back(out: Path, number: str) -> None:
    from leaderboard.publication.kept import roll_back

    if number and not number.isdecimal():
        raise UsageError(f"{number!r} is no publication", remedy=f"give an id of: defi publish --out {out} --list")
    found = roll_back(out, int(number) if number else None)
    click.echo(
        f"publication {found.number} of {found.at.isoformat(timespec='seconds')} stands again: {out / 'index.html'}"
    )


def _serve(out: Path, port: int) -> None:
    from leaderboard.serve import HOST, serving

    with serving(out, port) as server:
        click.echo(f"http://{HOST}:{server.server_port}/ until Ctrl-C")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("stopped")
