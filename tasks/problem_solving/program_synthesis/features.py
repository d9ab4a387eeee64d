"""What a machine can do beyond changing its numbers: skip, repeat, undo, delay, and change what commands mean.

Each feature says where its lines go in the machine's loop; its sentences are in the order in which it acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tasks.problem_solving.program_synthesis import abilities
from tasks.problem_solving.program_synthesis.problem import Part


@dataclass(frozen=True, slots=True)
class Feature:
    """One ability. Braces stand for the first two colours (`one`, `two`), all of them, and numbers (`k`, `limit`)."""

    commands: tuple[str, ...]  # that it brings
    start: tuple[str, ...] = ()  # lines before the loop
    before: Part | None = None  # at its place before the commands
    handlers: tuple[Part, ...] = ()  # what each of its commands does
    order: int = 0  # of `before` among the features


SKIP: Final = Feature(
    ("skip",),
    ("skipped = 0",),
    Part(
        ("if skipped > 0:", "    skipped -= 1", "    continue"),
        "A command that a `skip` covers is ignored: none of the following applies to it.",
        "Une commande couverte par un `skip` est ignorée : rien de ce qui suit ne s'y applique.",
        abilities.cover,
        fewer=(abilities.cover_for_ever,),
    ),
    (
        Part(
            ("skipped = max(0, x)",),
            "the next `x` commands are covered (none if `x` is not positive)",
            "les `x` prochaines commandes sont couvertes (aucune si `x` n'est pas strictement positif)",
            abilities.skip,
        ),
    ),
    order=1,
)
LIMIT: Final = Feature(
    (),
    ("executed = 0",),
    Part(
        ("if executed == {limit}:", "    break", "executed += 1"),
        "If {limit} commands have been executed already, everything ends here; otherwise this command is executed, "
        "which means that all of the following applies to it.",
        "Si {limit} commandes ont déjà été exécutées, tout s'arrête là ; sinon cette commande est exécutée, "
        "c'est-à-dire que tout ce qui suit s'y applique.",
        abilities.limit,
        fewer=(abilities.limit_without_end,),
    ),
    order=2,
)
UNDO: Final = Feature(
    ("undo",),
    ("history = []",),
    Part(
        ("if name != 'undo':", "    history.append([a, b, pile[:]])"),
        "Unless the command is `undo`, the values of `a`, `b` and `pile` are noted down.",
        "Sauf si la commande est `undo`, les valeurs de `a`, `b` et `pile` sont notées.",
        abilities.note,
    ),
    (
        Part(
            ("if history:", "    a, b, pile = history.pop()"),
            "`a`, `b` and `pile` get back the values that were noted down last, and this note is thrown away (nothing "
            "happens if there is no note left)",
            "`a`, `b` et `pile` reprennent les dernières valeurs notées, et cette note est jetée (il ne se passe rien "
            "s'il ne reste aucune note)",
            abilities.undo,
        ),
    ),
    order=3,
)
DELAY: Final = Feature(
    ("delay",),
    ("due = []",),
    Part(
        ("for when, gift in due:", "    if when == executed:", "        b += gift"),
        "What a `delay` has put aside for this command is added to `b`.",
        "Ce qu'un `delay` a mis de côté pour cette commande est ajouté à `b`.",
        abilities.receive,
    ),
    (
        Part(
            ("due.append([executed + {k}, x])",),
            "`x` is put aside for the command that will be executed {k} executed commands later (with 1 it would be "
            "the very next one executed)",
            "`x` est mis de côté pour la commande qui sera exécutée {k} commandes exécutées plus tard (avec 1, ce "
            "serait la toute prochaine exécutée)",
            abilities.delay,
            near=(abilities.delay_longer, abilities.delay_shorter),
        ),
    ),
    order=4,
)
AGAIN: Final = Feature(
    ("again",),
    ("last = []",),
    Part(
        ("if name == 'again' and last:", "    name, x = last", "if name in {colours}:", "    last = [name, x]"),
        "If the command is `again`, it turns into the most recently executed command named {quoted}, as that one was "
        "written, with its name and its number; if there was none, it stays as it is and does nothing of its own.",
        "Si la commande est `again`, elle se change en la dernière commande exécutée parmi {quoted}, telle qu'elle "
        "était écrite, avec son nom et son nombre ; s'il n'y en a pas eu, elle reste telle quelle et ne fait rien par "
        "elle-même.",
        abilities.repeat,
    ),
    order=5,
)
FLIP: Final = Feature(
    ("flip",),
    ("lit = False",),
    Part(
        ("if lit:", "    x = {k} - x"),
        "If the lamp is on, `x` becomes {k} minus `x` for this command.",
        "Si la lampe est allumée, `x` devient {k} moins `x` pour cette commande.",
        abilities.dim,
    ),
    (
        Part(
            ("lit = not lit",),
            "the lamp, which is off at the start, is turned on if it is off, and off if it is on",
            "la lampe, éteinte au début, est allumée si elle est éteinte, et éteinte si elle est allumée",
            abilities.flip,
        ),
    ),
    order=6,
)
MIRROR: Final = Feature(
    ("mirror",),
    ("mirrored = False",),
    Part(
        (
            "if mirrored and name == '{one}':",
            "    name = '{two}'",
            "elif mirrored and name == '{two}':",
            "    name = '{one}'",
        ),
        "If the mirror is up, `{one}` turns into `{two}`, and `{two}` into `{one}`.",
        "Si le miroir est levé, `{one}` se change en `{two}`, et `{two}` en `{one}`.",
        abilities.reflect,
        fewer=(abilities.reflect_first, abilities.reflect_second),
    ),
    (
        Part(
            ("mirrored = x > 0",),
            "the mirror, which is down at the start, is up from now on if `x` is positive, and down otherwise",
            "le miroir, baissé au début, est désormais levé si `x` est strictement positif, et baissé sinon",
            abilities.mirror,
            near=(abilities.mirror_at_zero, abilities.mirror_above_one),
        ),
    ),
    order=7,
)
STORE: Final = Feature(
    ("save", "load"),
    ("saved = {{}}",),
    None,
    (
        Part(
            ("saved[x] = a",),
            "`a` is saved under the number `x`, in place of what was there",
            "`a` est enregistré sous le numéro `x`, à la place de ce qui s'y trouvait",
            abilities.save,
        ),
        Part(
            ("b = saved.get(x, b - x)",),
            "`b` becomes what is saved under the number `x`; if nothing is, `x` is subtracted from `b`",
            "`b` devient ce qui est enregistré sous le numéro `x` ; s'il n'y a rien, `x` est retranché de `b`",
            abilities.load,
        ),
    ),
)
LOOP: Final = Feature(
    ("loop", "end"),
    ("loops = []",),
    None,
    (
        Part(
            (
                "if x > 0:",
                "    loops.append([position, x])",
                "else:",
                "    depth = 1",
                "    while depth > 0 and position < len(commands):",
                "        if commands[position][0] == 'loop':",
                "            depth += 1",
                "        elif commands[position][0] == 'end':",
                "            depth -= 1",
                "        position += 1",
            ),
            "if `x` is positive, a loop of `x` rounds is opened, and its first round begins; otherwise all commands up "
            "to and including the matching `end` are passed over, neither executed nor ignored (in the list as it is "
            "written, every `loop` between needs an `end` of its own; without a matching `end`, all the rest is passed "
            "over)",
            "si `x` est strictement positif, une boucle de `x` tours est ouverte et son premier tour commence ; sinon "
            "toutes les commandes jusqu'au `end` correspondant compris sont passées, ni exécutées ni ignorées (dans la "
            "liste telle qu'elle est écrite, chaque `loop` rencontré demande son propre `end` ; sans `end` "
            "correspondant, tout le reste est passé)",
            abilities.loop,
            fewer=(abilities.loop_to_any_end, abilities.loop_to_the_last),
        ),
        Part(
            (
                "if loops:",
                "    loops[-1][1] -= 1",
                "    if loops[-1][1] > 0:",
                "        position = loops[-1][0]",
                "    else:",
                "        loops.pop()",
            ),
            "a round of the loop opened last and not yet closed is over: if rounds of it are left, go back to the "
            "command right after its `loop`; otherwise the loop is closed (nothing happens if no loop is open)",
            "un tour de la dernière boucle ouverte et pas encore fermée est fini : s'il lui reste des tours, revenez à "
            "la commande juste après son `loop` ; sinon la boucle est fermée (il ne se passe rien si aucune boucle "
            "n'est ouverte)",
            abilities.end,
            fewer=(abilities.end_without_closing,),
        ),
    ),
)
