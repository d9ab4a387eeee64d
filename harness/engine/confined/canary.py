"""Three connections that must fail, tried from inside a worker before it loads a weight.

One to a port and one to an abstract socket on which the harness listens meanwhile: both are reached where the worker
shares the host's network. One to an address that nobody has (192.0.2.1, RFC 5737): where there is a way out, the
kernel has a route for it. The listener counts what reaches it: the worker's word alone is not believed.
"""

from __future__ import annotations

import errno
import secrets
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from harness.types import Json

OURS = ("__init__.py", "canonical.py", "errors.py", "frame.py", "prompt.py", "types.py", "engine")  # of the package
_NOWHERE = ("192.0.2.1", 9)
_SECONDS = 2.0


class Canary:
    """The harness's side: listens until the worker has tried."""

    def __init__(self) -> None:
        """Open both listeners, on loopback only."""
        self._port = socket.create_server(("127.0.0.1", 0))
        self._local = socket.socket(socket.AF_UNIX)
        self._name = f"grand-defi-{secrets.token_hex(8)}"
        self._local.bind(f"\0{self._name}")
        self._local.listen()
        for listener in (self._port, self._local):
            listener.setblocking(False)

    def __enter__(self) -> Self:
        """Nothing more."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the listeners."""
        self._port.close()
        self._local.close()

    def door(self, private: Iterable[Path] = ()) -> dict[str, Json]:
        """What the worker is to try, and which files it is to look for."""
        paths = [str(path) for path in private]
        return {"port": self._port.getsockname()[1], "name": self._name, "private": paths}

    def verdict(self, said: Mapping[str, Any]) -> dict[str, Json]:
        """`isolated`, and what each attempt came to: in the worker's words, unless a listener knows better."""
        tried = {key: str(said.get(key, "not tried"))[:200] for key in ("loopback", "socket", "outside")}
        for key, listener in (("loopback", self._port), ("socket", self._local)):
            if _reached(listener):
                tried[key] = "reached"
        seen = said.get("seen")
        seen = [str(path)[:200] for path in seen[:10]] if isinstance(seen, list) else ["not looked for"]
        return {"isolated": all(r.startswith("failed") for r in tried.values()), "canary": tried, "private": seen}


def attempt(door: Mapping[str, Any]) -> dict[str, Json]:
    """The worker's side: try all three."""
    return {
        "loopback": _try(socket.AF_INET, ("127.0.0.1", int(door["port"]))),
        "socket": _try(socket.AF_UNIX, f"\0{door['name']}"),
        "outside": _try(socket.AF_INET, _NOWHERE),
        "seen": [path for path in door["private"] if _holds_something(Path(path))],
    }


def _holds_something(path: Path) -> bool:
    """Whether there is a file with a byte in it, or a folder with a name in it other than the engine's own."""
    if not path.is_dir():
        return path.is_file() and path.stat().st_size > 0
    return any(inner.name not in OURS for inner in path.iterdir())


def _try(family: int, address: Any) -> str:
    with socket.socket(family) as caller:
        caller.settimeout(_SECONDS)
        try:
            caller.connect(address)
        except TimeoutError:
            return "no answer, and a way out"
        except OSError as error:
            if address == _NOWHERE and error.errno not in (errno.ENETUNREACH, errno.EPERM, errno.EACCES):
                return f"a way out: {error.strerror}"
            return f"failed: {error.strerror}"
    return "reached"


def _reached(listener: socket.socket) -> bool:
    try:
        connection, _ = listener.accept()
    except OSError:
        return False
    connection.close()
    return True
