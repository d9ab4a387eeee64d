"""The worker: loads one engine and answers requests. Run as `python -m harness.engine.confined.worker IN OUT`.

It imports engines and nothing else of ours: no task, no scorer, no record (a test looks at what it has imported).
"""

from __future__ import annotations

import importlib
import os
import resource
import select
import sys
import threading
from collections.abc import Iterator
from typing import Any

from harness.engine.confined.canary import attempt
from harness.engine.confined.frames import ChannelError, Frames
from harness.engine.confined.messages import read_context, read_request, told, told_reading
from harness.errors import DefiError
from harness.types import Json, Request


def main(incoming: int, outgoing: int) -> None:
    """Serve until the harness closes the channel."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _leave_with(incoming)
    frames = Frames(incoming, outgoing)
    try:
        _serve(frames)
    except ChannelError:
        return  # the harness has gone
    except DefiError as error:
        kind = type(error).__name__
        frames.send({"kind": "error", "error": kind, "what": error.what, "where": error.where, "remedy": error.remedy})
    except MemoryError as error:
        frames.send({"kind": "error", "error": "EngineError", "what": f"out of memory: {error}"[:2000]})
    except Exception as error:  # whatever a library raises on a team's weights: the harness says it in words
        frames.send({"kind": "error", "error": "EngineError", "what": f"{type(error).__name__}: {error}"[:2000]})


def _serve(frames: Frames) -> None:
    load = frames.receive()
    result = attempt(load["canary"])
    frames.send({"kind": "canary", "said": result})
    options = dict(load["engine"])
    module, _, name = str(options.pop("_target_")).rpartition(".")
    engine: Any = getattr(importlib.import_module(module), name)(read_context(load["context"]), **options)
    with engine:
        frames.send({"kind": "ready", "identity": dict(engine.identity), **_state(engine)})
        while True:
            message = frames.receive()
            if message["kind"] == "read":
                for part in told_reading(engine.reader, message["what"], message["text"]):
                    frames.send({"kind": "reading", **part, **_state(engine)})
                continue
            for completion in engine.run(list(_wave(frames, message))):
                frames.send({"kind": "completion", "completion": told(completion), **_state(engine)})
            frames.send({"kind": "done", **_state(engine)})


def _wave(frames: Frames, message: Any) -> Iterator[Request]:
    while message["kind"] == "ask":
        yield read_request(message)
        message = frames.receive()


def _state(engine: Any) -> dict[str, Json]:
    """What the record's conditions want to know."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    notes = dict(getattr(engine, "notes", {}))
    times = {name: getattr(engine, name, 0.0) for name in ("forward_seconds", "drained_seconds")}
    return {**times, "peak_memory_bytes": peak, "notes": notes}


def _leave_with(incoming: int) -> None:
    """End when the harness does: a worker that outlives it would hold the GPU for nobody."""

    def watch() -> None:
        poll = select.poll()
        poll.register(incoming, 0)  # hang-ups and errors are always told
        poll.poll()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
