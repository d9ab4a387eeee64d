"""`defi key new|show FILE`."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def key() -> None:
    """Make and show signing keys."""


@key.command()
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Draw an Ed25519 key: the private one to FILE (mode 600), the public one to FILE.pub.

    The private key is never shown, and no file is ever overwritten.

    \b
    defi key new ~/.config/defi/organiser.key
    """
    from harness.attest.keys import new_key, public_path

    public = new_key(file)
    click.echo(f"private key: {file} (keep it; export DEFI_KEY={file} to sign with it)")
    click.echo(f"public key:  {public_path(file)} (publish it)")
    click.echo(f"id:          {public.id}")


@key.command()
@click.argument("file", type=click.Path(path_type=Path))
def show(file: Path) -> None:
    """Print a key's public half and its id; FILE is a private or a public key.

    \b
    defi key show ~/.config/defi/organiser.key
    """
    from harness.attest.keys import PublicKey, read_public_key, read_signing_key

    private = b"PRIVATE KEY" in _beginning(file)
    public: PublicKey = read_signing_key(file).public if private else read_public_key(file)
    click.echo(f"{public.pem}id: {public.id}")


def _beginning(file: Path) -> bytes:
    """The first line of a PEM file: it says which kind of key follows."""
    from harness.attest.keys import unreadable

    try:
        with file.open("rb") as stream:
            return stream.readline(100)
    except OSError as error:
        raise unreadable(file, error) from None
