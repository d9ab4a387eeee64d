"""`runs/ROUND/jobs.jsonl`: what was sent and how it ended, and the counts that follow from it."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from harness.due import Outcome
from harness.journal import Journal, read_lines
from harness.launch.base import JobView
from harness.launch.errand import Errand, parse_key
from harness.record import RoundPaths
from harness.types import Fault, Json

SHUNNED_FOR = datetime.timedelta(days=1)  # after a breakdown: nodes are mended
WITNESSES = 2  # teams under which a node must break before it is given to none: who may enter twice is one
CREDIBLE = 3  # nodes: under whose weights more than so many break within a day is no witness against any


@dataclass(slots=True)
class Tally:
    """Failures of one submission, by the journal's own order, as clocks of machines differ.

    Jobs that were sent before the last failure that counted are of the same round of tries: a node that breaks ten
    shards side by side has broken one try of the submission.
    """

    rounds: int = 0
    last: int = -1  # line of the failure that counted last

    def add(self, sent: int, line: int) -> None:
        """A job, sent at one line of the journal, has failed at another."""
        if sent > self.last:
            self.rounds, self.last = self.rounds + 1, line

    def clear(self, line: int) -> None:
        """Begin again; what was sent before is of the past."""
        self.rounds, self.last = 0, line


class JobBook:
    """`jobs.jsonl`: what was sent and how it ended, and the counts that follow from it."""

    def __init__(self, paths: RoundPaths) -> None:
        """Read what earlier conductors wrote."""
        self._path = paths.folder / "jobs.jsonl"
        self._known: set[tuple[str, str]] = set()
        self._lines = 0
        self._sent: dict[str, int] = {}  # key -> line
        self._own: defaultdict[str, Tally] = defaultdict(Tally)
        self._why: dict[str, str] = {}  # of the last failure of its own
        self._ours: Counter[str] = Counter()  # by key
        self._row: Counter[str] = Counter()  # by submission, since an errand was done
        self._row_rounds: defaultdict[str, Tally] = defaultdict(Tally)
        self._left: dict[str, str] = {}  # key -> the node on which its last try met an odd machine
        self._broke: defaultdict[str, dict[str, datetime.datetime]] = defaultdict(dict)  # node -> submission -> when
        for line in read_lines(self._path):
            self._take(line)

    def knows(self, job: JobView) -> bool:
        """Whether this job's end has been noted."""
        return (job.key, job.job) in self._known

    def own_faults(self, submission: str) -> int:
        """In how many rounds of tries a submission failed by its own fault since it was last let in again."""
        return self._own[submission].rounds

    def own_reason(self, submission: str) -> str:
        """Of the last such failure."""
        return self._why.get(submission, "")

    def our_faults(self, key: str) -> int:
        """How often an errand failed by ours since it last did what it should."""
        return self._ours[key]

    def in_a_row(self, submission: str) -> int:
        """How many jobs of a submission failed by ours since one of them last did what it should."""
        return self._row[submission]

    def rounds_in_a_row(self, submission: str) -> int:
        """In how many rounds of tries they did: an incident of the site loses many at once."""
        return self._row_rounds[submission].rounds

    def avoided(self, key: str) -> str:
        """The node that the next try of an errand is not to be given; empty where there is none."""
        return self._left.get(key, "")

    def shunned(self) -> frozenset[str]:
        """Nodes that are given to nobody: within a day they broke under different teams."""
        since = datetime.datetime.now(datetime.UTC) - SHUNNED_FOR
        lately = {
            node: {name.partition("/")[0] for name, time in times.items() if time > since}
            for node, times in self._broke.items()
        }
        nodes = Counter(team for teams in lately.values() for team in teams)
        believed = {team for team, count in nodes.items() if count <= CREDIBLE}
        return frozenset(node for node, teams in lately.items() if len(teams & believed) >= WITNESSES)

    def broke_under(self, node: str) -> list[str]:
        """The submissions under which a node broke."""
        return sorted(self._broke.get(node, {}))

    def sent(self, errand: Errand) -> None:
        """Note that an errand was sent."""
        self._write({"event": "sent", "key": errand.key})

    def ended(self, job: JobView, end: Outcome) -> None:
        """Note how a job ended."""
        facts = {"result": end.result, "fault": end.fault if end.result != "done" else "", "reason": end.reason}
        if end.machine:
            facts["machine"] = end.machine
        self._write({"event": "ended", "key": job.key, "job": job.job, "node": job.node, **facts})

    def again(self, submission: str) -> None:
        """Let a stopped submission in again."""
        self._write({"event": "again", "key": submission})

    def _write(self, line: dict[str, Json]) -> None:
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        told = {"time": now, **line}
        with Journal(self._path) as journal:
            journal.append(told)
        self._take(told)

    def _take(self, line: Mapping[str, Json]) -> None:
        self._lines += 1
        if line["event"] == "sent":
            self._sent[line["key"]] = self._lines
        elif line["event"] == "again":
            self._own[line["key"]].clear(self._lines)
            self._row_rounds[line["key"]].clear(self._lines)
            self._row[line["key"]] = 0
        elif line["event"] == "ended":
            self._known.add((line["key"], line["job"]))
            self._count(line["key"], parse_key(line["key"])[0], line)
            self._blame(line)

    def _blame(self, line: Mapping[str, Json]) -> None:
        """What an end says of the node it was on."""
        key, node, machine = line["key"], str(line.get("node", "")), line.get("machine")
        self._left.pop(key, None)
        if node and machine:
            self._left[key] = node
        if node and machine == "broken":
            self._broke[node][parse_key(key)[0]] = datetime.datetime.fromisoformat(line["time"])

    def _count(self, key: str, submission: str, line: Mapping[str, Json]) -> None:
        """What an end adds to; a job whose sending nobody lived to note is of the round before."""
        fault: Fault | str = line["fault"]
        sent = self._sent.get(key, 0)
        if line["result"] == "done":
            self._ours[key] = self._row[submission] = 0
            self._row_rounds[submission].clear(self._lines)
        elif fault == "own":
            self._own[submission].add(sent, self._lines)
            self._why[submission] = line["reason"]
        else:
            self._ours[key] += 1
            self._row[submission] += 1
            self._row_rounds[submission].add(sent, self._lines)
