"""A Slurm site of shell scripts: what its commands are to say is in files, what they were told as well."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SCRIPTS = {
    "sbatch": """
n=$(($(ls {folder}/sent | wc -l) + 1))
if [ -e {folder}/refusal ]; then cat {folder}/refusal >&2; exit 1; fi
cp "$1" {folder}/sent/$n.sh; env > {folder}/environment
echo "Submitted batch job $n"
""",
    "squeue": "cat {folder}/queue; exit $(cat {folder}/queue-code)",
    "sacct": 'echo "$@" > {folder}/sacct-words; cat {folder}/accounts',
    "scancel": 'echo "$@" >> {folder}/cancelled',
    "srun": "exit 1",
    "scontrol": "exit 1",
}


@dataclass(frozen=True)
class FakeSite:
    """The files of one."""

    folder: Path

    def queue(self, *rows: str) -> None:
        """What squeue says: `name|array|task|state|exit code` and the reason, the rest is made up."""
        lines = []
        for row in rows:
            *first, reason = row.split("|")
            times = ["2026-11-22T10:00:00", "N/A", "2026-11-22T11:00:00", "n1"]
            lines.append(" |".join([*first, *times, reason]))
        (self.folder / "queue").write_text("".join(f"{line}\n" for line in lines))

    def accounts(self, *rows: str) -> None:
        """What sacct says: `name|job|state|exit code`."""
        times = "2026-11-22T10:00:00|2026-11-22T10:30:00|2026-11-22T11:00:00|n1"
        (self.folder / "accounts").write_text("".join(f"{row}|{times}\n" for row in rows))

    def refuse(self, words: str) -> None:
        """What sbatch fails with; nothing where it is to take jobs."""
        (self.folder / "refusal").write_text(words) if words else (self.folder / "refusal").unlink()

    def away(self, *, away: bool = True) -> None:
        """Whether squeue fails."""
        (self.folder / "queue-code").write_text("1" if away else "0")

    @property
    def sent(self) -> list[str]:
        """The scripts that sbatch was given."""
        return [path.read_text() for path in sorted((self.folder / "sent").iterdir())]
