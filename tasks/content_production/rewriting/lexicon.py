"""Who does what to which things, where and when, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """A transitive verb with the forms that the tenses are built from."""

    present: tuple[str, str, str, str]  # je, tu, il, vous
    imperfect: str  # stem: "lav" + "ais"
    future: str  # stem: "laver" + "ai"
    participle: str
    base: str  # English: wash, washes, washed, washed, washing
    third: str
    past: str
    done: str
    doing: str


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing in singular and plural."""

    fr: str
    gender: str
    en: str
    ens: str

    @property
    def frs(self) -> str:
        """The French plural."""
        return self.fr if self.fr.endswith("x") else f"{self.fr}x" if self.fr.endswith("eau") else f"{self.fr}s"


def _first(stem: str, english: str) -> Verb:
    """A verb of the first conjugation, none of whose stems changes."""
    base, third, past, *done, doing = english.split()
    present = (f"{stem}e", f"{stem}es", f"{stem}e", f"{stem}ez")
    return Verb(present, stem, f"{stem}er", f"{stem}é", base, third, past, (done or [past])[0], doing)


def _other(french: str, english: str) -> Verb:
    *present, imperfect, future, participle = french.split()
    base, third, past, done, doing = english.split()
    one, two, three, four = present
    return Verb((one, two, three, four), imperfect, future, participle, base, third, past, done, doing)


def _nouns(table: str) -> tuple[Noun, ...]:
    found = []
    for cell in table.split(","):
        fr, gender, en = cell.split()
        found.append(Noun(fr, gender, en, _plural(en)))
    return tuple(found)


def _plural(noun: str) -> str:
    """The English plural of the nouns here."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return {"knife": "knives", "shelf": "shelves"}.get(noun, f"{noun}s")


THINGS: tuple[tuple[Verb, tuple[Noun, ...]], ...] = (
    (_first("lav", "wash washes washed washing"), _nouns("chemise f shirt,tasse f cup,voiture f car")),
    (_first("répar", "repair repairs repaired repairing"), _nouns("vélo m bicycle,lampe f lamp,radio f radio")),
    (_first("trouv", "find finds found finding"), _nouns("clé f key,carnet m notebook,sac m bag")),
    (_first("apport", "bring brings brought bringing"), _nouns("lampe f lamp,chaise f chair,panier m basket")),
    (_first("dessin", "draw draws drew drawn drawing"), _nouns("arbre m tree,maison f house,bateau m boat")),
    (_first("ferm", "close closes closed closing"), _nouns("porte f door,valise f suitcase,boîte f box")),
    (_first("aid", "help helps helped helping"), _nouns("voisin m neighbour,cousin m cousin,élève m pupil")),
    (_first("visit", "visit visits visited visiting"), _nouns("jardin m garden,ferme f farm,école f school")),
    (_first("prépar", "prepare prepares prepared preparing"), _nouns("soupe f soup,salade f salad,valise f suitcase")),
    (_first("racont", "tell tells told telling"), _nouns("histoire f story,rêve m dream")),
    (_first("photographi", "photograph photographs photographed photographing"), _nouns("oiseau m bird,pont m bridge")),
    (_first("utilis", "use uses used using"), _nouns("ordinateur m computer,marteau m hammer,échelle f ladder")),
    (_other("prends prends prend prenez pren prendr pris", "take takes took taken taking"), _nouns("photo f photo")),
    (
        _other("écris écris écrit écrivez écriv écrir écrit", "write writes wrote written writing"),
        _nouns("lettre f letter"),
    ),
    (_first("emprunt", "borrow borrows borrowed borrowing"), _nouns("livre m book,stylo m pen")),
    (_other("vends vends vend vendez vend vendr vendu", "sell sells sold sold selling"), _nouns("tableau m painting")),
    (
        _other("finis finis finit finissez finiss finir fini", "finish finishes finished finished finishing"),
        _nouns("dessin m drawing,roman m novel"),
    ),
    (
        _other("ouvre ouvres ouvre ouvrez ouvr ouvrir ouvert", "open opens opened opened opening"),
        _nouns("fenêtre f window,armoire f wardrobe,lettre f letter"),
    ),
    (
        _other("choisis choisis choisit choisissez choisiss choisir choisi", "choose chooses chose chosen choosing"),
        _nouns("robe f dress,roman m novel,gâteau m cake"),
    ),
    (
        _other(
            "construis construis construit construisez construis construir construit",
            "build builds built built building",
        ),
        _nouns("cabane f hut,bateau m boat,pont m bridge"),
    ),
)
# With "elle" for "je" only the pronoun changes in French.
EASY = tuple(
    (verb, things)
    for verb, things in THINGS
    if verb.present[0] == verb.present[2] and verb.present[0][0] not in "aeéou"
)
# "avec Paul" would be a person of its own: places and times only. None says when by itself.
ADJUNCTS = tuple(
    tuple(line.split(" | "))
    for line in """
dans le jardin | in the garden
dans la cuisine | in the kitchen
dans l'atelier | in the workshop
au marché | at the market
à la bibliothèque | at the library
devant la mairie | in front of the town hall
près de la gare | near the station
sur la terrasse | on the terrace
le matin | in the morning
le soir | in the evening
après le dîner | after dinner
avant midi | before noon
à {n} heures | at {n} o'clock
pendant {n} minutes | for {n} minutes
le samedi | on Saturdays
chaque dimanche | every Sunday
sans bruit | quietly
avec soin | with care
par beau temps | in fine weather
en été | in summer
au bord du lac | by the lake
sous le porche | under the porch
derrière la grange | behind the barn
à la campagne | in the countryside
pendant les vacances | during the holidays
le lundi | on Mondays
chaque semaine | every week
tous les jours | every day
à l'école | at school
au bureau | at the office
sur le balcon | on the balcony
dans la cour | in the yard
avant l'aube | before dawn
en hiver | in winter
au printemps | in spring
à la maison | at home
le mercredi | on Wednesdays
sans aide | without help
""".strip().splitlines()
)
OTHERS = (
    ("Paul", "Paul"),
    ("Marie", "Marie"),
    ("Nora", "Nora"),
    ("Hugo", "Hugo"),
    ("le facteur", "the postman"),
    ("la voisine", "the neighbour"),
    ("le boulanger", "the baker"),
    ("la directrice", "the director"),
)
JOINERS = (("et", "and"), ("mais", "but"), ("puis", "then"))
