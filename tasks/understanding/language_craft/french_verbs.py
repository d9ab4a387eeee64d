"""French conjugation of the verbs in `verbs.VERBS`: the regular groups by rule, the others from their principal parts.

Persons are 0 to 5: je, tu, il or elle, nous, vous, ils or elles.
"""

from __future__ import annotations

from dataclasses import dataclass

_IMPERFECT = ("ais", "ais", "ait", "ions", "iez", "aient")
_FUTURE = ("ai", "as", "a", "ons", "ez", "ont")
_SUBJUNCTIVE = ("e", "es", "e", "ions", "iez", "ent")
_PAST_SUBJUNCTIVE = ("sse", "sses", "", "ssions", "ssiez", "ssent")
_HATS = {"i": "î", "u": "û", "a": "â"}
SIMPLE = ("présent", "imparfait", "futur", "conditionnel", "subjonctif", "passé simple", "subjonctif imparfait")
COMPOUND = {  # tense of the auxiliary
    "passé composé": "présent",
    "plus-que-parfait": "imparfait",
    "futur antérieur": "futur",
    "conditionnel passé": "conditionnel",
    "subjonctif passé": "subjonctif",
    "passé antérieur": "passé simple",
    "subjonctif plus-que-parfait": "subjonctif imparfait",
}
_WITH_BE = frozenset({"aller", "arriver", "rester", "venir", "partir", "devenir"})


@dataclass(frozen=True, slots=True)
class Parts:
    """What a verb's forms are made from."""

    present: tuple[str, ...]
    imperfect: str  # stem
    future: str  # stem
    participle: str
    past: str  # stem of the passé simple with its vowel
    subjunctive: tuple[str, ...]


# present in six forms; future stem; participle; stem of the passé simple; subjunctive where the rule does not give it
_IRREGULAR = {
    "être": "suis es est sommes êtes sont; ser; été; fu; sois sois soit soyons soyez soient",
    "avoir": "ai as a avons avez ont; aur; eu; eu; aie aies ait ayons ayez aient",
    "aller": "vais vas va allons allez vont; ir; allé; alla; aille ailles aille allions alliez aillent",
    "faire": "fais fais fait faisons faites font; fer; fait; fi; fasse fasses fasse fassions fassiez fassent",
    "prendre": "prends prends prend prenons prenez prennent; prendr; pris; pri",
    "venir": "viens viens vient venons venez viennent; viendr; venu; vin",
    "devenir": "deviens deviens devient devenons devenez deviennent; deviendr; devenu; devin",
    "voir": "vois vois voit voyons voyez voient; verr; vu; vi",
    "dire": "dis dis dit disons dites disent; dir; dit; di",
    "mettre": "mets mets met mettons mettez mettent; mettr; mis; mi",
    "partir": "pars pars part partons partez partent; partir; parti; parti",
    "écrire": "écris écris écrit écrivons écrivez écrivent; écrir; écrit; écrivi",
    "lire": "lis lis lit lisons lisez lisent; lir; lu; lu",
    "boire": "bois bois boit buvons buvez boivent; boir; bu; bu",
    "recevoir": "reçois reçois reçoit recevons recevez reçoivent; recevr; reçu; reçu",
    "courir": "cours cours court courons courez courent; courr; couru; couru",
    "tenir": "tiens tiens tient tenons tenez tiennent; tiendr; tenu; tin",
    "ouvrir": "ouvre ouvres ouvre ouvrons ouvrez ouvrent; ouvrir; ouvert; ouvri",
    "conduire": "conduis conduis conduit conduisons conduisez conduisent; conduir; conduit; conduisi",
    "suivre": "suis suis suit suivons suivez suivent; suivr; suivi; suivi",
    "vouloir": "veux veux veut voulons voulez veulent; voudr; voulu; voulu; "
    "veuille veuilles veuille voulions vouliez veuillent",
    "savoir": "sais sais sait savons savez savent; saur; su; su; sache saches sache sachions sachiez sachent",
    "pouvoir": "peux peux peut pouvons pouvez peuvent; pourr; pu; pu; "
    "puisse puisses puisse puissions puissiez puissent",
    "devoir": "dois dois doit devons devez doivent; devr; dû; du",
    "dormir": "dors dors dort dormons dormez dorment; dormir; dormi; dormi",
    "croire": "crois crois croit croyons croyez croient; croir; cru; cru",
    "servir": "sers sers sert servons servez servent; servir; servi; servi",
    "craindre": "crains crains craint craignons craignez craignent; craindr; craint; craigni",
}
PRONOUNS = (("je", "tu", "il", "nous", "vous", "ils"), ("je", "tu", "elle", "nous", "vous", "elles"))


def conjugate(infinitive: str, tense: str, person: int, *, feminine: bool = False) -> str:
    """The form without its pronoun. A participle with `être` agrees (persons 2 and 5 alone have one gender)."""
    if tense in COMPOUND:
        helper = "être" if infinitive in _WITH_BE else "avoir"
        participle = parts(infinitive).participle
        if helper == "être":
            participle += "e" * feminine + "s" * (person > 2)
        return f"{conjugate(helper, COMPOUND[tense], person)} {participle}"
    return _simple(parts(infinitive), tense, person)


def takes_be(infinitive: str) -> bool:
    """Whether the verb's compound tenses are made with `être`."""
    return infinitive in _WITH_BE


def parts(infinitive: str) -> Parts:
    """Principal parts: by rule for -er, -ir as `finir`, -re as `vendre`; else from the table."""
    if infinitive in _IRREGULAR:
        present, future, participle, past, *rest = _IRREGULAR[infinitive].split("; ")
        forms = tuple(present.split())
        imperfect = "ét" if infinitive == "être" else forms[3].removesuffix("ons")
        return Parts(forms, imperfect, future, participle, past, _subjunctive(forms, imperfect, rest))
    stem, ending = infinitive[:-2], infinitive[-2:]
    if ending == "er":
        forms = tuple(_join(stem, e) for e in ("e", "es", "e", "ons", "ez", "ent"))
        return Parts(forms, stem, infinitive, stem + "é", _join(stem, "a"), _subjunctive(forms, stem, []))
    if ending == "ir":
        forms = tuple(stem + e for e in ("is", "is", "it", "issons", "issez", "issent"))
        return Parts(forms, stem + "iss", infinitive, stem + "i", stem + "i", _subjunctive(forms, stem + "iss", []))
    forms = tuple(stem + e for e in ("s", "s", "", "ons", "ez", "ent"))
    return Parts(forms, stem, infinitive[:-1], stem + "u", stem + "i", _subjunctive(forms, stem, []))


def _subjunctive(present: tuple[str, ...], imperfect: str, given: list[str]) -> tuple[str, ...]:
    """From `ils` of the present, and the stem of the imperfect for `nous` and `vous`, unless given."""
    if given:
        return tuple(given[0].split())
    strong = present[5].removesuffix("ent")
    return tuple((imperfect if n in {3, 4} else strong) + ending for n, ending in enumerate(_SUBJUNCTIVE))


def _simple(verb: Parts, tense: str, person: int) -> str:
    if tense == "subjonctif imparfait":
        return _hat(verb.past) + "t" if person == 2 else verb.past + _PAST_SUBJUNCTIVE[person]
    return {
        "présent": verb.present[person],
        "imparfait": _join(verb.imperfect, _IMPERFECT[person]),
        "futur": verb.future + _FUTURE[person],
        "conditionnel": verb.future + _IMPERFECT[person],
        "subjonctif": verb.subjunctive[person],
        "passé simple": _past(verb.past, person),
    }[tense]


def _past(stem: str, person: int) -> str:
    if person in {3, 4}:
        return _hat(stem) + ("mes" if person == 3 else "tes")
    if stem.endswith("a"):  # `mangea` keeps its e, and `commença` its cedilla, before a only
        root = stem[:-1]
        soft = root[:-1] if root.endswith("ge") else root[:-1] + "c" if root.endswith("ç") else root
        return soft + "èrent" if person == 5 else root + ("ai", "as", "a")[person]
    return stem + ("s", "s", "t", "", "", "rent")[person]


def _hat(stem: str) -> str:
    """A circumflex on the last vowel: `pri` gives `prî`, `vin` gives `vîn`."""
    cut = len(stem) - (2 if stem.endswith("n") else 1)
    return stem[:cut] + _HATS[stem[cut]] + stem[cut + 1 :]


def _join(stem: str, ending: str) -> str:
    """`mange` keeps its sound before a and o, `commence` too: `mangeons`, `commençais`."""
    if ending[0] not in "ao":
        return stem + ending
    return (
        stem + "e" + ending if stem.endswith("g") else stem[:-1] + "ç" + ending if stem.endswith("c") else stem + ending
    )
