"""Verbs, things, qualities, places and sayings in both languages; `/` separates renderings that are as good."""

from __future__ import annotations

from dataclasses import dataclass

Choices = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verb:
    """A transitive verb: French present, participle, imperfect, future and infinitive, then the English forms."""

    present: str
    participle: str
    imperfect: str
    future: str
    infinitive: str
    base: str
    third: str
    past: str
    done: str
    doing: str


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing; English may have two names for it."""

    fr: str
    gender: str
    en: Choices
    ens: Choices

    @property
    def frs(self) -> str:
        """The French plural."""
        return f"{self.fr}x" if self.fr.endswith("eau") else f"{self.fr}s"


@dataclass(frozen=True, slots=True)
class Quality:
    """An adjective: masculine, feminine, their plurals, before the noun or after it."""

    forms: tuple[str, str, str, str]
    before: bool
    en: Choices


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def _noun(fr: str, gender: str, en: str) -> Noun:
    names = tuple(en.split("/"))
    irregular = {"knife": "knives", "story": "stories", "box": "boxes", "dress": "dresses"}
    return Noun(fr, gender, names, tuple(irregular.get(name, f"{name}s") for name in names))


def _things(table: str) -> tuple[tuple[Verb, Noun], ...]:
    found = []
    for french, english, nouns in _rows(table):
        verb = Verb(*french.split(), *english.split())
        found += [(verb, _noun(*cell.split())) for cell in nouns.split(",")]
    return tuple(found)


THINGS = _things("""
lave lavé lavait lavera laver | wash washes washed washed washing | chemise f shirt, tasse f cup, voiture f car
répare réparé réparait réparera réparer | repair repairs repaired repaired repairing | vélo m bicycle/bike, lampe f lamp
trouve trouvé trouvait trouvera trouver | find finds found found finding | clé f key, carnet m notebook, sac m bag
apporte apporté apportait apportera apporter | bring brings brought brought bringing | chaise f chair, panier m basket
dessine dessiné dessinait dessinera dessiner | draw draws drew drawn drawing | arbre m tree, bateau m boat
ferme fermé fermait fermera fermer | close closes closed closed closing | porte f door, valise f suitcase, boîte f box
aide aidé aidait aidera aider | help helps helped helped helping | voisin m neighbour/neighbor, cousin m cousin
visite visité visitait visitera visiter | visit visits visited visited visiting | jardin m garden, ferme f farm
prépare préparé préparait préparera préparer | prepare prepares prepared prepared preparing | soupe f soup
prend pris prenait prendra prendre | take takes took taken taking | photo f photo/picture, train m train
écrit écrit écrivait écrira écrire | write writes wrote written writing | lettre f letter, poème m poem
vend vendu vendait vendra vendre | sell sells sold sold selling | tableau m painting, robe f dress, montre f watch
finit fini finissait finira finir | finish finishes finished finished finishing | dessin m drawing, roman m novel
ouvre ouvert ouvrait ouvrira ouvrir | open opens opened opened opening | fenêtre f window, armoire f wardrobe
choisit choisi choisissait choisira choisir | choose chooses chose chosen choosing | gâteau m cake, couteau m knife
voit vu voyait verra voir | see sees saw seen seeing | oiseau m bird, pont m bridge, nuage m cloud
perd perdu perdait perdra perdre | lose loses lost lost losing | stylo m pen, billet m ticket, parapluie m umbrella
achète acheté achetait achètera acheter | buy buys bought bought buying | livre m book, lampe f lamp, échelle f ladder
""")


def _qualities(table: str) -> tuple[Quality, ...]:
    found = []
    for forms, before, en in _rows(table):
        one, two, three, four = forms.split()
        found.append(Quality((one, two, three, four), before == "before", tuple(en.split("/"))))
    return tuple(found)


QUALITIES = _qualities("""
rouge rouge rouges rouges | after | red
vert verte verts vertes | after | green
bleu bleue bleus bleues | after | blue
jaune jaune jaunes jaunes | after | yellow
noir noire noirs noires | after | black
étrange étrange étranges étranges | after | strange/odd
ancien ancienne anciens anciennes | after | ancient/old
magnifique magnifique magnifiques magnifiques | after | magnificent/beautiful
léger légère légers légères | after | light
précieux précieuse précieux précieuses | after | precious
petit petite petits petites | before | small/little
grand grande grands grandes | before | big/large
""")
NAMES = (  # with the gender that French and English agree on
    *((name, "m") for name in "Paul Hugo Simon Victor Thomas Lucas Robert Denis Martin Louis Oscar Felix".split()),
    *((name, "f") for name in "Marie Anna Julie Clara Nina Laura Alice Emma Sarah Rose Nora Irene".split()),
)
ADJUNCTS = tuple(
    (french, tuple(english.split("/")))
    for french, english in _rows("""
dans le jardin | in the garden
dans la cuisine | in the kitchen
au marché | at the market
à la bibliothèque | at the library/in the library
devant la mairie | in front of the town hall/outside the town hall
près de la gare | near the station
le matin | in the morning
avant midi | before noon
après le dîner | after dinner
sans aide | without help
avec soin | with care/carefully
chaque dimanche | every Sunday/each Sunday
à l'école | at school
sous le pont | under the bridge
derrière l'église | behind the church
pendant les vacances | during the holidays/during the vacation
""")
)
LINKS = (  # French, English
    (("et",), ("and",)),
    (("mais",), ("but",)),
    (("parce que", "car"), ("because", "since", "as")),
    (("pendant que", "tandis que"), ("while",)),
)
IDIOMS = tuple(
    (tuple(french.split("/")), tuple(english.split("/")))
    for french, english in _rows("""
Il pleut des cordes/Il pleut à verse | It is raining cats and dogs/It is pouring/It is raining hard
Ça coûte les yeux de la tête/Cela coûte les yeux de la tête | It costs an arm and a leg/That costs an arm and a leg
Quand les poules auront des dents | When pigs fly/When hell freezes over
Ce n'est pas la mer à boire/Ce n'est pas difficile | It is not that hard/It is no big deal
Il ne faut pas vendre la peau de l'ours avant de l'avoir tué | Do not count your chickens before they hatch
Mieux vaut tard que jamais | Better late than never
L'habit ne fait pas le moine/Les apparences sont trompeuses | Do not judge a book by its cover
Qui vole un œuf vole un bœuf | He who steals an egg will steal an ox/Once a thief, always a thief
Les murs ont des oreilles | The walls have ears/Walls have ears
C'est bonnet blanc et blanc bonnet/C'est du pareil au même | It is all the same/It is much of a muchness
Pas de nouvelles, bonnes nouvelles | No news is good news
Une fois n'est pas coutume | Once does not make a habit/Just this once
C'est simple comme bonjour/C'est un jeu d'enfant | It is a piece of cake/It is as easy as pie/It is child's play
Tel père, tel fils | Like father, like son
""")
)
