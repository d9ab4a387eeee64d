"""A row in words: for a line of a terminal, and for the team, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping

from harness.conduct import OWN_TRIES
from harness.notify.faults import FAULTS, fault_of
from harness.telling import KEPT
from harness.watching.alarms import duration
from harness.watching.rows import Row

NB, NNB = "\u00a0", "\u202f"  # before a colon; before ; ! ?
_UNKNOWN = "unknown"
# state -> what it means for a team, in French and in English
_MEANING: Mapping[str, tuple[str, str]] = {
    "not started": ("votre soumission n’a pas encore été lancée", "your submission has not been started yet"),
    "waiting": ("votre soumission attend une machine", "your submission waits for a machine"),
    "cut": ("votre soumission est préparée et va être lancée", "your submission is prepared and will be started"),
    "running": ("votre modèle répond aux questions", "your model is answering"),
    "generated": ("toutes les réponses sont là, la notation suit", "all answers are there, scoring follows"),
    "scored": ("votre soumission est notée", "your submission is scored"),
    "sealed": ("votre soumission est notée et scellée", "your submission is scored and sealed"),
    "stopped": (
        "l’évaluation s’est interrompue\u202f; elle reprendra là où elle en était",
        "the run was interrupted, and will go on where it stood",
    ),
    "failed": ("l’évaluation a échoué", "the run failed"),
    "refused": ("votre soumission a été refusée", "your submission was refused"),
    "withdrawn": ("votre soumission est retirée", "your submission is withdrawn"),
    "disqualified": ("votre soumission est disqualifiée", "your submission is disqualified"),
}
_WHOSE: Mapping[str, tuple[str, str]] = {
    "own": (
        "La cause est dans ce que vous avez fourni. Corrigez-la, puis demandez une nouvelle évaluation.",
        "The cause is in what you gave us. Mend it, then ask for another run.",
    ),
    "ours": (
        "La cause est de notre côté. Rien ne vous est décompté et vous n’avez rien à faire.",
        "The cause is on our side. Nothing is charged to you, and there is nothing for you to do.",
    ),
}


def cells(row: Row) -> list[str]:
    """A row of the table."""
    shards = f"{row.shards.done}/{row.shards.all}" if row.shards.all else ""
    items = f"{row.items.done}/{row.items.all}"
    left = "" if row.left.seconds == 0 else length(row.left.seconds, at_most=row.left.at_most)
    state = row.state if row.seconds_in_state is None else f"{row.state} {duration(row.seconds_in_state)}"
    return [
        row.submission,
        state,
        shards,
        items,
        number(row.rate.tokens_per_second),
        number(row.rate.answers_per_minute),
        cost(row),
        left,
        str(row.tries.sent or ""),
        note(row),
    ]


def note(row: Row) -> str:
    """What a person should know first: an alarm, the reason of a failure, or the last line of the log."""
    if row.alarm is not None:
        return f"ALARM {row.alarm.name}: {row.alarm.why}" + (f"; {row.reason}" if row.reason else "")
    return row.reason or row.last


def line(row: Row) -> str:
    """A row as one line, for a file or a pipe."""
    items = f"{row.items.done} of {row.items.all} items"
    speed = f", {row.rate.tokens_per_second:g} tokens/s" if row.rate.tokens_per_second is not None else ""
    return f"{row.submission}: {row.state}, {items}{speed}" + (f"; {said}" if (said := _first(note(row))) else "")


def number(value: float | None) -> str:
    """A rate; empty where there is none."""
    return "" if value is None else f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def length(seconds: float | None, *, at_most: bool = False) -> str:
    """A duration that may not be known."""
    if seconds is None:
        return _UNKNOWN
    return f"≤ {duration(seconds)}" if at_most else duration(seconds)


def cost(row: Row) -> str:
    """Node and GPU time, and energy where it was measured."""
    if row.spent.seconds is None:
        return ""
    parts = [f"{row.spent.seconds / 3600:.2f} node-h"]
    parts += [f"{row.spent.gpu_seconds / 3600:.2f} GPU-h"] if row.spent.gpu_seconds else []
    parts += [f"{row.spent.joules / 3.6e6:.2f} kWh"] if row.spent.joules else []
    return ", ".join(parts)


def for_team(row: Row, round_: str) -> str:
    """What may be sent to a team, all of it in French, then in English. No item, no answer, no machine's name."""
    return f"{_letter(row, round_, 0)}\n\n{'-' * 8}\n\n{_letter(row, round_, 1)}"


def _letter(row: Row, round_: str, language: int) -> str:
    french = language == 0
    colon = f"{NB}:" if french else ":"
    said = _MEANING[row.state][language]
    lines = [f"{row.submission}, {'manche' if french else 'round'} {round_}{colon} {said}."]
    if row.since:
        lines.append(f"{'Depuis' if french else 'Since'}{colon} {row.since}")
    if row.items.all and row.state not in ("refused", "withdrawn", "disqualified"):
        lines.append(f"{'Réponses' if french else 'Answers'}{colon} {_progress(row, french=french)}")
    if row.state == "running" and row.left.seconds:
        word = "Temps restant, au rythme actuel" if french else "Time left, at the present pace"
        lines.append(f"{word}{colon} {length(row.left.seconds, at_most=row.left.at_most)}")
    if row.state == "failed" and row.fault in _WHOSE:
        lines.append(_WHOSE[row.fault][language])
    lines += _tries(row, french=french)
    lines += _reason(row, french=french)
    if row.alarm is not None:
        lines.append(
            "Les organisateurs ont été alertés et s’en occupent."
            if french
            else "The organisers have been alerted and see to it."
        )
    return "\n".join(lines)


def _progress(row: Row, *, french: bool) -> str:
    if not row.left.at_most:
        return f"{row.items.done} {'sur' if french else 'of'} {row.items.all}"
    most = "au plus" if french else "at most"
    return f"{row.items.done}, {'sur' if french else 'of'} {row.items.all} {most}"


def _tries(row: Row, *, french: bool) -> list[str]:
    """Of a try that failed, where another one follows."""
    if not row.tries.last:
        return []
    if row.fault == "own":
        number = row.tries.own + 1
        said = f"Essai {number} sur {OWN_TRIES}." if french else f"Try {number} of {OWN_TRIES}."
    else:
        said = (
            "Un essai a été perdu de notre fait et recommence. Rien ne vous est décompté."
            if french
            else "A try was lost by our fault and is made again. Nothing is charged to you."
        )
    return [
        said,
        f"{f'Dernier échec{NB}' if french else 'The last one failed'}: {_said(row.tries.last, french=french)}",
    ]


def _reason(row: Row, *, french: bool) -> list[str]:
    """Of a failure or a decision; only what the harness or the organisers said, which may be in one language alone."""
    if row.state not in ("failed", "refused", "withdrawn", "disqualified") or not row.reason:
        return []
    return [f"{f'Motif{NB}' if french else 'Reason'}: {_said(row.reason, french=french)}"]


def _said(reason: str, *, french: bool) -> str:
    """A reason; one whose own words are kept apart by our words for its kind."""
    kind = fault_of(reason)
    if KEPT not in reason or kind not in FAULTS:
        return reason
    until = "le détail reste confidentiel jusqu’à la révélation de la manche" if french else KEPT
    return f"{FAULTS[kind][0 if french else 1]} ({kind}){f'{NNB};' if french else ';'} {until}"


def _first(text: str) -> str:
    return text.partition("\n")[0]
