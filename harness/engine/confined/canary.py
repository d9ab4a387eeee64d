"""Three connections that must fail, tried from inside a worker before it loads a weight.

One to a port and one to an abstract socket on which the harness listens meanwhile: both are reached where the worker
shares the host's network. One to an address that nobody has (192.0.2.1, RFC 5737): where there is a way out, the
kernel has a route for it. The listener counts what reaches it: the worker's word alone is not believed.
"""

from __future__ import annotations

import errno
import secrets
import socket
from collections.abc import Mapping
from typing import Any, Self

from harness.types import Json

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

    @property
    def door(self) -> dict[str, Json]:
        """What the worker is to try."""
        return {"port": self._port.getsockname()[1], "name": self._name}

    def verdict(self, said: Mapping[str, Any]) -> dict[str, Json]:
        """`isolated`, and what each attempt came to: in the worker's words, unless a listener knows better."""
        tried = {key: str(said.get(key, "not tried"))[:200] for key in ("loopback", "socket", "outside")}
        for key, listener in (("loopback", self._port), ("socket", self._local)):
            if _reached(listener):
                tried[key] = "reached"
        return {"isolated": all(result.startswith("failed") for result in tried.values()), "canary": tried}


def attempt(door: Mapping[str, Any]) -> dict[str, Json]:
    """The worker's side: try all three."""
    return {
        "loopback": _try(socket.AF_INET, ("127.0.0.1", int(door["port"]))),
        "socket": _try(socket.AF_UNIX, f"\0{door['name']}"),
        "outside": _try(socket.AF_INET, _NOWHERE),
    }


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
