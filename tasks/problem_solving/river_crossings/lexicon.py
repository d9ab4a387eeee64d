"""Who and what crosses, with which boat, over which river, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

_PEOPLE = (
    "Anna Tom Clara Hugo Laura Lucas Nina Oscar Alice Simon Julia Martin Eva Victor Sarah Adam Nora Omar Diana Bruno "
    "Flora Ivan Rose Paul Emma Hector Lola Arthur Iris Samuel Marta Pablo Lina Marco Sonia David Elsa Denis Carla Max"
).split()


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing or an animal: one word in each language, with the French article it takes."""

    en: str
    fr: str
    article: str  # "le ", "la " or "l'"


def _nouns(told: str) -> tuple[Noun, ...]:
    """Nouns written as `english:l'article français`, separated by commas."""
    nouns = []
    for entry in told.split(","):
        en, fr = entry.strip().split(":")
        cut = fr.index("'" if fr.startswith("l'") else " ") + 1
        nouns.append(Noun(en, fr[cut:], fr[:cut]))
    return tuple(nouns)


def _rivers(told: str) -> tuple[tuple[str, str], ...]:
    """Rivers written as `English:de French`, separated by commas."""
    pairs = (river.strip().split(":") for river in told.split(","))
    return tuple((en, fr) for en, fr in pairs)


PEOPLE: tuple[str, ...] = tuple(_PEOPLE)
LIVELY = _nouns(
    "wolf:le loup, goat:la chèvre, cabbage:le chou, fox:le renard, goose:l'oie, hen:la poule, cat:le chat,"
    "mouse:la souris, dog:le chien, rabbit:le lapin, lettuce:la laitue, lion:le lion, sheep:le mouton, pig:le cochon,"
    "duck:le canard, corn:le maïs, snake:le serpent, frog:la grenouille, owl:le hibou, bear:l'ours, hay:le foin,"
    "eagle:l'aigle, cheese:le fromage, cow:la vache, donkey:l'âne, tiger:le tigre, monkey:le singe, banana:la banane,"
    "heron:le héron, salmon:le saumon, lynx:le lynx, squirrel:l'écureuil, honey:le miel, wheat:le blé"
)
STILL = _nouns(
    "trunk:la malle, barrel:le tonneau, piano:le piano, drum:le tambour, basket:le panier, chest:le coffre,"
    "lamp:la lampe, statue:la statue, clock:l'horloge, table:la table, ladder:l'échelle, wheel:la roue,"
    "anvil:l'enclume, sack:le sac, bicycle:le vélo, carpet:le tapis, mirror:le miroir, telescope:le télescope,"
    "tent:la tente, wardrobe:l'armoire, cello:le violoncelle, bench:le banc, shovel:la pelle, violin:le violon"
)
BOATS = _nouns(
    "rowboat:la barque, canoe:le canoë, raft:le radeau, ferry:le bac, kayak:le kayak, dinghy:le canot,"
    "pirogue:la pirogue, skiff:la yole"
)
SHORES: tuple[tuple[str, str], ...] = (("left", "gauche"), ("right", "droite"), ("north", "nord"), ("south", "sud"))
ISLAND = ("island", "île")
RIVERS: tuple[tuple[str, str], ...] = _rivers(
    "Loire:de la Loire, Rhône:du Rhône, Seine:de la Seine, Rhine:du Rhin, Danube:du Danube, Tagus:du Tage,"
    "Ebro:de l'Èbre, Nile:du Nil, Niger:du Niger, Congo:du Congo, Elbe:de l'Elbe, Oder:de l'Oder,"
    "Vistula:de la Vistule, Thames:de la Tamise, Po:du Pô, Tiber:du Tibre, Meuse:de la Meuse,"
    "Moselle:de la Moselle, Mekong:du Mékong, Indus:de l'Indus, Ganges:du Gange, Amazon:de l'Amazone,"
    "Mississippi:du Mississippi, Volga:de la Volga, Garonne:de la Garonne, Dordogne:de la Dordogne,"
    "Zambezi:du Zambèze, Orinoco:de l'Orénoque, Severn:de la Severn, Don:du Don, Ural:de l'Oural, Main:du Main,"
    "Drava:de la Drave, Sava:de la Save, Tisza:de la Tisza, Dnieper:du Dniepr, Dniester:du Dniestr,"
    "Neva:de la Neva, Vltava:de la Vltava, Douro:du Douro, Arno:de l'Arno, Adige:de l'Adige, Somme:de la Somme,"
    "Marne:de la Marne, Oise:de l'Oise, Lot:du Lot, Tarn:du Tarn, Orange:de l'Orange, Limpopo:du Limpopo,"
    "Jordan:du Jourdain, Tigris:du Tigre, Euphrates:de l'Euphrate, Yukon:du Yukon, Missouri:du Missouri,"
    "Hudson:de l'Hudson, Paraná:du Paraná, Senegal:du Sénégal, Gambia:de la Gambie, Volta:de la Volta,"
    "Charente:de la Charente"
)
DAYS: tuple[tuple[str, str], ...] = (
    ("On Monday", "Lundi"), ("On Tuesday", "Mardi"), ("On Wednesday", "Mercredi"), ("On Thursday", "Jeudi"),
    ("On Friday", "Vendredi"), ("On Saturday", "Samedi"), ("On Sunday", "Dimanche"),
)  # fmt: skip
TIMES: tuple[tuple[str, str], ...] = (("morning", "matin"), ("afternoon", "après-midi"), ("evening", "soir"))
