"""German: present, participle, preterite, infinitive of the verbs, which take the accusative or (helfen) the dative.

The finite verb is the second piece of a main clause and the last of a subordinate one.
"""

from __future__ import annotations

from itertools import product

from tasks.content_production.translation.lexicon import NAMES, Choices, Noun, read_choices, read_things
from tasks.content_production.translation.structure import Article, Clause
from tasks.content_production.translation.tongue import Place, Tongue

_HELP = "hilft"
_WEAK = ("Nachbar",)  # nouns that are `-n` in every case but the nominative
# Endings by case and gender: of der, dieser and jener; of ein, mein, sein; of a quality after either of them.
_THE = {"acc": {"m": "den", "f": "die", "n": "das"}, "dat": {"m": "dem", "f": "der", "n": "dem"}}
_THIS = {"acc": {"m": "en", "f": "e", "n": "es"}, "dat": {"m": "em", "f": "er", "n": "em"}}
_ONE = {"acc": {"m": "en", "f": "e", "n": ""}, "dat": {"m": "em", "f": "er", "n": "em"}}
_AFTER_THE = {"acc": {"m": "en", "f": "e", "n": "e"}, "dat": {"m": "en", "f": "en", "n": "en"}}
_AFTER_ONE = {"acc": {"m": "en", "f": "e", "n": "es"}, "dat": {"m": "en", "f": "en", "n": "en"}}
_ALONE = {"acc": "e", "dat": "en"}  # of a quality in the plural without an article


class German(Tongue):
    """German."""

    name = "de"
    or_words = ("oder",)
    numbers = "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
    after_comma = ("aber",)
    links = (
        (("und", "main"),),
        (("aber", "main"),),
        (("weil", "under"), ("da", "under"), ("denn", "main")),
        (("während", "under"),),
    )
    things = read_things(
        """
wäscht gewaschen wusch waschen | Hemd n Hemden, Tasse f Tassen, Auto n Autos/Wagen m Wagen
repariert repariert reparierte reparieren | Fahrrad n Fahrräder/Rad n Räder, Lampe f Lampen
findet gefunden fand finden | Schlüssel m Schlüssel, Notizbuch n Notizbücher/Heft n Hefte, Tasche f Taschen
zeichnet gezeichnet zeichnete zeichnen | Baum m Bäume, Boot n Boote/Schiff n Schiffe
schließt geschlossen schloss schließen | Tür f Türen, Koffer m Koffer,
    Schachtel f Schachteln/Kiste f Kisten/Box f Boxen
hilft geholfen half helfen | Nachbar m Nachbarn, Cousin m Cousins/Vetter m Vettern
besucht besucht besuchte besuchen | Garten m Gärten, Bauernhof m Bauernhöfe/Hof m Höfe
kocht gekocht kochte kochen | -
macht gemacht machte machen | Foto n Fotos/Bild n Bilder
nimmt genommen nahm nehmen | Zug m Züge
schreibt geschrieben schrieb schreiben | Brief m Briefe, Gedicht n Gedichte
verkauft verkauft verkaufte verkaufen | Gemälde n Gemälde/Bild n Bilder, Kleid n Kleider, -, Stuhl m Stühle
beendet beendet beendete beenden | Zeichnung f Zeichnungen, Roman m Romane
öffnet geöffnet öffnete öffnen | Fenster n Fenster, Schrank m Schränke/Kleiderschrank m Kleiderschränke
wählt gewählt wählte wählen | Kuchen m Kuchen/Torte f Torten, Messer n Messer
sieht gesehen sah sehen | Vogel m Vögel, Brücke f Brücken, Wolke f Wolken
verliert verloren verlor verlieren | Kugelschreiber m Kugelschreiber/Stift m Stifte,
    Fahrkarte f Fahrkarten/Ticket n Tickets, Regenschirm m Regenschirme/Schirm m Schirme
kauft gekauft kaufte kaufen | Buch n Bücher, Lampe f Lampen, Leiter f Leitern, Korb m Körbe
""",
        lambda word: word,
    )
    qualities = read_choices("""
rot
grün
blau
gelb
schwarz
seltsam/merkwürdig
-
-
leicht
-
klein
groß
weiß
grau
schwer
rund
""")
    adjuncts = read_choices("""
im Garten
in der Küche
auf dem Markt
in der Bibliothek
vor dem Rathaus
in der Nähe des Bahnhofs/beim Bahnhof/nahe dem Bahnhof
am Morgen/morgens
vor Mittag/vor dem Mittag
nach dem Abendessen
ohne Hilfe
mit Sorgfalt/sorgfältig
jeden Sonntag
in der Schule
unter der Brücke
hinter der Kirche
in den Ferien/während der Ferien
""")
    idioms = read_choices("""
Es regnet in Strömen/Es gießt in Strömen
Es kostet ein Vermögen/Das kostet ein Vermögen
-
-
Man soll den Tag nicht vor dem Abend loben
Besser spät als nie
Der Schein trügt
-
Die Wände haben Ohren/Wände haben Ohren
-
Keine Nachrichten sind gute Nachrichten/Keine Nachricht ist eine gute Nachricht
-
Das ist ein Kinderspiel/Es ist ein Kinderspiel
Wie der Vater, so der Sohn
""")

    def has_quality(self, quality: int) -> bool:
        """All but some."""
        return bool(self.qualities[quality])

    def orders(self, place: Place) -> Choices:
        """The verb second, or last."""
        return ("WTARV", "WATRV") if place == "under" else ("WVTAR", "WVATR", "AVWTR")

    def verb(self, clause: Clause) -> Choices:
        """The perfect is told; the preterite is as good."""
        ((present, participle, preterite, infinitive),) = self.told_of(clause).verbs
        forms = {
            "present": [(present, "")],
            "past": [("hat", participle), (preterite, "")],
            "future": [("wird", infinitive)],
        }[clause.tense]
        no = "nicht" if clause.denied else ""
        return tuple(f"{finite}|{' '.join(filter(None, (no, rest)))}" for finite, rest in forms)

    def thing(self, clause: Clause) -> Choices:
        """The thing in its case; a phrase that is no clause stands in the nominative, which only its plural shows."""
        thing = self.told_of(clause)
        case = "dat" if thing.verbs[0][0] == _HELP and not clause.bare else "acc"
        qualities = ("",) if clause.quality is None else self.qualities[clause.quality]
        return tuple(_phrase(clause, noun, quality, case) for noun, quality in product(thing.nouns, qualities))


def _phrase(clause: Clause, noun: Noun, quality: str, case: str) -> str:
    if clause.count > 1:
        many = noun.many + "n" * (case == "dat" and not noun.many.endswith(("n", "s")))
        return " ".join(filter(None, (str(clause.count), quality and quality + _ALONE[case], many)))
    endings = _AFTER_THE if clause.article in ("the", "this") else _AFTER_ONE
    one = noun.one + "n" * (noun.one in _WEAK)
    described = quality and quality + endings[case][noun.gender]
    return " ".join(filter(None, (_article(clause.article, clause.who, case, noun.gender), described, one)))


def _article(article: Article, who: int, case: str, gender: str) -> str:
    if article == "the":
        return _THE[case][gender]
    if article == "this":
        return f"dies{_THIS[case][gender]}"
    stem = "ein" if article == "a" else "ihr" if NAMES[who][1] == "f" else "sein"
    return stem + _ONE[case][gender]
