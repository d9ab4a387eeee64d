"""Notifications in words, French and English side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.notify.events import Event
from harness.notify.faults import FAULTS

# state or alarm -> what it is called in French, in English
_STATES: Mapping[str, tuple[str, str]] = {
    "admitted": ("admise après la clôture", "admitted after the closing"),
    "amended": ("calendrier modifié", "calendar amended"),
    "closed": ("close", "closed"),
    "committed": ("engagement publié", "committed"),
    "corrected": ("classement corrigé", "standings corrected"),
    "disqualified": ("disqualifiée", "disqualified"),
    "drawn": ("questions tirées au sort", "drawn"),
    "ended": ("terminée", "ended"),
    "failed": ("en échec", "failed"),
    "generated": ("réponses complètes", "answers complete"),
    "open": ("ouverte", "open"),
    "opened": ("ouverte", "opened"),
    "planned": ("planifiée", "planned"),
    "published": ("publiée", "published"),
    "refused": ("refusée", "refused"),
    "reinstated": ("réintégrée", "reinstated"),
    "restored": ("réponses rétablies", "answers restored"),
    "revealed": ("révélée", "revealed"),
    "running": ("en cours", "running"),
    "scored": ("notée", "scored"),
    "stopped": ("à l’arrêt", "stopped"),
    "voided": ("réponses annulées, elles seront redemandées", "answers voided, to be asked again"),
    "waiting": ("en attente", "waiting"),
    "withdrawn": ("retirée", "withdrawn"),
    "cannot start": ("un travail ne peut pas démarrer", "a job cannot begin"),
    "disk full": ("le disque est plein", "the disk is full"),
    "launcher away": ("personne ne suit les travaux en cours", "nobody looks after the jobs under way"),
    "node lost": ("un nœud est perdu", "a node was lost"),
    "over budget": ("le budget est dépassé", "the budget is exceeded"),
    "too long in its state": ("trop longtemps dans le même état", "too long in one state"),
    "tracking away": ("le serveur de suivi ne répond pas", "the tracking server does not answer"),
    "tries spent": ("trop d’essais sans succès", "too many tries without success"),
}
_WHOSE: Mapping[str, tuple[str, str]] = {
    "own": ("La cause est dans ce que l’équipe a fourni.", "The cause is in what the team gave us."),
    "ours": (
        "La cause est de notre côté\u202f; rien n’est décompté à l’équipe.",
        "The cause is on our side; nothing is charged to the team.",
    ),
}
_KEPT = ("les organisateurs ont le détail", "the organisers have the details")
_WHOM = ("La soumission {subject}", "The submission {subject}"), ("La manche", "The round")


def subject(events: Sequence[Event]) -> str:
    """The subject of a message that tells of one or many events."""
    round_ = events[0].round
    if len(events) > 1:
        return f"[Grand Défi] {round_}\u00a0: {len(events)} événements / {len(events)} events"
    (event,) = events
    french, english = words(event.state)
    return f"[Grand Défi] {event.subject or round_}\u00a0: {french} / {english}"


def body(events: Sequence[Event]) -> str:
    """The text of a message: all in French, then all in English."""
    french, english = ("\n\n".join(_paragraph(event, language) for event in events) for language in (0, 1))
    return f"{french}\n\n{'-' * 8}\n\n{english}\n"


def words(state: str) -> tuple[str, str]:
    """A state or an alarm in French and in English; one that is not known as it is."""
    return _STATES.get(state, (state, state))


def _paragraph(event: Event, language: int) -> str:
    named = _WHOM[0 if event.subject else 1][language].format(subject=event.subject)
    state = words(event.state)[language]
    if language == 0:
        of = f" (manche {event.round})" if event.subject else f" {event.round}"
        said = f"ALERTE\u00a0: {state}. {named}{of}." if event.kind == "alarm" else f"{named}{of}\u00a0: {state}."
        parts = [said, f"Depuis\u00a0: {event.since}"]
    else:
        of = f" (round {event.round})" if event.subject else f" {event.round}"
        said = f"ALARM: {state}. {named}{of}." if event.kind == "alarm" else f"{named}{of}: {state}."
        parts = [said, f"Since: {event.since}"]
    if why := _why(event, language):
        parts.append(f"{('Motif' + chr(0xA0), 'Reason')[language]}: {why}")
    if event.fault in _WHOSE:
        parts.append(_WHOSE[event.fault][language])
    return "\n".join(parts)


def _why(event: Event, language: int) -> str:
    """The reason that may be told; where it may not, our own words for the kind of error."""
    if event.reason:
        return event.reason
    if event.error:
        return f"{FAULTS.get(event.error, _KEPT)[language]} ({event.error})"
    return _KEPT[language] if event.state in ("failed", "refused") else ""
