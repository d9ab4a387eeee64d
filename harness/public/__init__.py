"""Public benchmarks: tasks whose items are rows that anyone can read, for practice and reference.

A benchmark is a folder `tasks/public/<task>/` with `task.yaml` (the card, which also says `track` and `rungs`),
`data.yaml` (where its rows come from) and `__init__.py` with `TASK`. No row is in this repository.
"""

from harness.public.source import DataFile, Row, Source
from harness.public.task import PublicTask

__all__ = ["DataFile", "PublicTask", "Row", "Source"]
