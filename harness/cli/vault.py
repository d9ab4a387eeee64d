"""`defi vault seal|new-identity`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from harness.errors import UsageError

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def vault() -> None:
    """Seal sets of rows that are used in several rounds."""


@vault.command("new-identity")
@click.argument("file", type=_FILE)
def new_identity(file: Path) -> None:
    """Make a key pair: the identity goes to FILE (mode 600), the recipient is printed.

    \b
    defi vault new-identity secrets/age.txt
    """
    from harness.vault import new_identity as make

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    click.echo(f"recipient: {make(file)}")
    click.echo(f"identity: {file}; keep a copy elsewhere: without it the sets are lost")


@vault.command()
@click.argument("file", type=_FILE)
@click.option("--recipient", "recipients", multiple=True, required=True, help="age1…; may be given several times.")
@click.option("--out", type=_FILE, required=True, help="FILE.age; its pin is written beside it.")
def seal(file: Path, recipients: tuple[str, ...], out: Path) -> None:
    """Encrypt JSON lines for the recipients, and pin the hash of the rows beside them.

    \b
    defi vault seal rows.jsonl --recipient age1… --out tasks/understanding/NAME/rows.age
    """
    from harness.vault import encrypt, parse_lines, pin, pin_path

    if not file.is_file():
        raise UsageError("there is no such file", where=str(file), remedy="name a file of JSON lines")
    if out.exists():
        raise UsageError("there is a sealed set already", where=str(out), remedy="choose another name, or move it away")
    rows = parse_lines(file.read_text(encoding="utf-8"), file.name)
    sealed = encrypt(rows, recipients)
    _write(out, sealed)
    _write(pin_path(out), json.dumps(pin(rows), indent=1).encode() + b"\n")
    click.echo(f"{len(rows)} rows in {out}, their hash in {pin_path(out).name}")
    click.echo(f"{file} still holds them in clear: keep it where the identity is, or remove it")


def _write(path: Path, content: bytes) -> None:
    """Replace a file at once."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)
