"""What the conductor noted (`jobs.jsonl`): what was sent and has not ended, and how often each submission failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harness.conduct import OWN_TRIES
from harness.job_book import Tally
from harness.types import Json
from harness.watching.logs import moment


@dataclass(slots=True)
class Jobs:
    """Of one submission. Failures are counted as the conductor counts them: by tries, not by jobs."""

    sent: int = 0  # jobs
    own_tries: Tally = field(default_factory=Tally)  # that failed by its own fault, since it was last let in
    our_tries: Tally = field(default_factory=Tally)  # that failed by ours
    in_a_row: Tally = field(default_factory=Tally)  # of these, since an errand was last done
    fault: str = ""  # of the last failure that another try follows
    why: str = ""  # it failed
    last: float = 0.0  # when a job was last sent
    open: dict[str, float] = field(default_factory=dict)  # key -> when it was sent
    places: dict[str, int] = field(default_factory=dict)  # key -> line of the journal where it was sent

    @property
    def own(self) -> int:
        """Tries that failed by its own fault; the third stops it."""
        return self.own_tries.rounds

    @property
    def ours(self) -> int:
        """Tries that were lost by our fault: never charged."""
        return self.our_tries.rounds

    def again(self, why: str) -> str:
        """Which try comes or is under way, with `why` the last one failed; empty where none failed, or none follows."""
        if not self.fault or self.own >= OWN_TRIES:
            return ""
        if self.fault == "own":
            return f"try {self.own + 1} of {OWN_TRIES}, last: {why}"
        lost = self.in_a_row.rounds
        tries = "1 try" if lost == 1 else f"{lost} tries"
        return f"tried again: {tries} lost by our fault and not charged, last: {why}"

    def end(self, line: Mapping[str, Json], place: int) -> None:
        """A job ended, as line `place` of the journal says; one that nobody noted the sending of came before all."""
        key, fault = str(line["key"]), str(line.get("fault", ""))
        self.open.pop(key, None)
        if fault not in ("own", "ours"):
            self.in_a_row.clear(place)
            if self.fault == "ours":
                self.fault = self.why = ""
            return
        self.fault, self.why = fault, str(line.get("reason", ""))
        for tally in (self.own_tries,) if fault == "own" else (self.our_tries, self.in_a_row):
            tally.add(self.places.get(key, 0), place)

    def let_in(self, place: int) -> None:
        """The organisers let it in again: its own tries begin anew."""
        self.own_tries.clear(place)
        self.in_a_row.clear(place)
        self.fault = self.why = ""


def read_jobs(lines: Iterable[Mapping[str, Json]]) -> dict[str, Jobs]:
    """By submission; a line that is none of the conductor's is passed over."""
    found: dict[str, Jobs] = {}
    for place, line in enumerate(lines, 1):
        key = str(line.get("key", ""))
        name = key.partition(":")[0]
        if name.count("/") != 1 or key.endswith(":calibrate"):  # what is asked to know the costs is not of the round
            continue
        jobs = found.setdefault(name, Jobs())
        if line.get("event") == "sent":
            jobs.sent += 1
            jobs.places[key] = place
            jobs.last = jobs.open[key] = moment(str(line.get("time", "")))
        elif line.get("event") == "ended":
            jobs.end(line, place)
        elif line.get("event") == "again":
            jobs.let_in(place)
    return found
