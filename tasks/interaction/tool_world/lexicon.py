"""The words of the world. English is the canonical name of a thing; `say` gives its name in a language."""

from __future__ import annotations

from harness.metrics.text import fold

NAMES = (
    "Adam Alex Alice Anna Arthur Benjamin Bruno Charles Charlotte Clara Daniel David Diana Elsa Emma Eva Gabriel Gina "
    "Hugo Igor Irma Jade Jules Julia Karen Laura Lina Louis Louise Lucas Marco Marion Martin Maya Nathan Nina Nora "
    "Norman Olga Oscar Paul Paula Rita Robin Roman Samuel Sara Simon Sofia Thomas Tina Tom Victor Victoria Violette "
    "Walter William Xavier Yann"
).split()
HOURS = (9, 10, 11, 14, 15, 16)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_DAYS_FR = "lundi mardi mercredi jeudi vendredi".split()
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}

# English singular and plural, French singular and plural
_ITEMS = {
    "fruit": """apple apples pomme pommes|pear pears poire poires|plum plums prune prunes|banana bananas banane bananes
        lemon lemons citron citrons|peach peaches pêche pêches|mango mangoes mangue mangues|fig figs figue figues""",
    "tool": """hammer hammers marteau marteaux|saw saws scie scies|drill drills perceuse perceuses
        shovel shovels pelle pelles|rake rakes râteau râteaux|axe axes hache haches
        screwdriver screwdrivers tournevis tournevis""",
    "garment": """shirt shirts chemise chemises|hat hats chapeau chapeaux|scarf scarves écharpe écharpes
        coat coats manteau manteaux|dress dresses robe robes|skirt skirts jupe jupes|glove gloves gant gants
        belt belts ceinture ceintures""",
    "instrument": """guitar guitars guitare guitares|drum drums tambour tambours|flute flutes flûte flûtes
        violin violins violon violons|trumpet trumpets trompette trompettes|piano pianos piano pianos
        harp harps harpe harpes""",
    "furniture": """chair chairs chaise chaises|desk desks bureau bureaux|shelf shelves étagère étagères
        bed beds lit lits|sofa sofas canapé canapés|stool stools tabouret tabourets|bench benches banc bancs
        wardrobe wardrobes armoire armoires""",
}
_FORMS = {
    kind: [tuple(entry.split()) for line in entries.splitlines() for entry in line.split("|")]
    for kind, entries in _ITEMS.items()
}
ITEMS: dict[str, list[str]] = {kind: [forms[0] for forms in rows] for kind, rows in _FORMS.items()}  # by kind
KINDS = {
    "fr": {
        "fruit": "fruits",
        "tool": "outils",
        "garment": "vêtements",
        "instrument": "instruments de musique",
        "furniture": "meubles",
    },
    "en": {
        "fruit": "fruit",
        "tool": "tool",
        "garment": "garment",
        "instrument": "musical instrument",
        "furniture": "piece of furniture",
    },
}
_PLURALS = {forms[0]: (forms[3], forms[1]) for rows in _FORMS.values() for forms in rows}

_FILES = (
    "report rapport|notes notes|letter lettre|plan plan|invoice facture|contract contrat|speech discours"
    "|recipe recette|draft brouillon|menu menu|map carte|story conte|quote devis|memo memo|diary journal|guide guide"
    "|index index|project projet|program programme|ticket billet|review critique|offer offre|claim plainte"
    "|permit permis|lease bail|protocol protocole|timetable horaire|manual manuel|catalog catalogue|petition petition"
    "|song chanson|bylaws statuts|budget budget|charter charte|message message|sketch croquis"
)
_FOLDERS = (
    "archive archives|inbox courrier|family famille|travel voyages|work travail|house maison|bank banque|garden jardin"
    "|music musique|sport sport"
)
_FILE_PAIRS = [(pair.split()[0], pair.split()[1]) for pair in _FILES.split("|")]
_FOLDER_PAIRS = [(pair.split()[0], pair.split()[1]) for pair in _FOLDERS.split("|")]
FILES = tuple(f"{en}.txt" for en, _ in _FILE_PAIRS)
FOLDERS = tuple(en for en, _ in _FOLDER_PAIRS)

_FRENCH = {
    **dict(zip(DAYS, _DAYS_FR, strict=True)),
    **{f"{en}.txt": f"{fr}.txt" for en, fr in _FILE_PAIRS},
    **dict(_FOLDER_PAIRS),
    **{forms[0]: forms[2] for rows in _FORMS.values() for forms in rows},
}


def say(name: str, language: str) -> str:
    """A thing's name in a language; people have the same everywhere."""
    return _FRENCH.get(name, name) if language == "fr" else name


def say_many(item: str, number: int, language: str) -> str:
    """A number of one thing of the shop."""
    if number < 2:
        return f"{number} {say(item, language)}"
    return f"{number} {_PLURALS[item][language != 'fr']}"


def _known() -> dict[str, tuple[str, str]]:
    """Every way of writing a name, folded, with its type and canonical name."""
    known: dict[str, tuple[str, str]] = {}
    for name in NAMES:
        known[fold(name)] = ("person", name)
    for en, fr in zip(DAYS, _DAYS_FR, strict=True):
        known |= {fold(en): ("day", en), fr: ("day", en)}
    for en, fr in _FILE_PAIRS:
        written = (en, fr, f"{en}.txt", f"{fr}.txt")
        known |= dict.fromkeys(written, ("file", f"{en}.txt"))
    for en, fr in _FOLDER_PAIRS:
        known |= {en: ("folder", en), fr: ("folder", en)}
    for rows in _FORMS.values():
        known |= {fold(way): ("item", forms[0]) for forms in rows for way in forms}
    return known


KNOWN = _known()
