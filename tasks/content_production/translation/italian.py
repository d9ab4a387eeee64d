"""Italian: present, participle, past historic, imperfect, future, infinitive, gerund of the verbs."""

from __future__ import annotations

import re

from tasks.content_production.translation.lexicon import Choices, Noun, read_choices, read_qualities, read_things
from tasks.content_production.translation.structure import Clause
from tasks.content_production.translation.tongue import Romance

_AND = re.compile(r"\be (?=[eE])")
_VOWELS = tuple("aeiouh")
_IMPURE = re.compile(r"z|x|ps|gn|s[^aeiou]")  # what takes `lo`, `uno`, `quello`


class Italian(Romance):
    """Italian."""

    name = "it"
    or_words = ("o", "oppure")
    numbers = "due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici"
    after_comma = ("ma",)
    links = (
        (("e", "main"),),
        (("ma", "main"),),
        (("perché", "main"), ("poiché", "main")),
        (("mentre", "main"),),
    )
    things = read_things(
        """
lava lavato lavò lavava laverà lavare lavando | camicia f camicie, tazza f tazze,
    macchina f macchine/auto f auto/automobile f automobili
ripara riparato riparò riparava riparerà riparare riparando | bicicletta f biciclette/bici f bici, lampada f lampade
trova trovato trovò trovava troverà trovare trovando | chiave f chiavi,
    quaderno m quaderni/taccuino m taccuini, borsa f borse
disegna disegnato disegnò disegnava disegnerà disegnare disegnando | albero m alberi, barca f barche/nave f navi
chiude chiuso chiuse chiudeva chiuderà chiudere chiudendo | porta f porte, valigia f valigie, scatola f scatole
aiuta aiutato aiutò aiutava aiuterà aiutare aiutando | vicino m vicini, -
visita visitato visitò visitava visiterà visitare visitando | giardino m giardini, fattoria f fattorie
prepara preparato preparò preparava preparerà preparare preparando | zuppa f zuppe/minestra f minestre
fa fatto fece faceva farà fare facendo / scatta scattato scattò scattava scatterà scattare scattando
    | foto f foto/fotografia f fotografie
prende preso prese prendeva prenderà prendere prendendo | treno m treni
scrive scritto scrisse scriveva scriverà scrivere scrivendo | lettera f lettere, poesia f poesie/poema m poemi
vende venduto vendette vendeva venderà vendere vendendo | quadro m quadri/dipinto m dipinti, -, -, sedia f sedie
finisce finito finì finiva finirà finire finendo
    / termina terminato terminò terminava terminerà terminare terminando | disegno m disegni, romanzo m romanzi
apre aperto aprì apriva aprirà aprire aprendo | finestra f finestre, armadio m armadi
sceglie scelto scelse sceglieva sceglierà scegliere scegliendo | -, coltello m coltelli
vede visto vide vedeva vedrà vedere vedendo | uccello m uccelli, ponte m ponti, nuvola f nuvole
perde perso perse perdeva perderà perdere perdendo | penna f penne, biglietto m biglietti, ombrello m ombrelli
compra comprato comprò comprava comprerà comprare comprando | libro m libri, lampada f lampade, scala f scale,
    cesto m cesti/cestino m cestini
""",
        lambda word: word,
    )
    qualities = read_qualities("""
rosso rossa rossi rosse after
verde verde verdi verdi after
blu blu blu blu after
giallo gialla gialli gialle after
nero nera neri nere after
strano strana strani strane after
-
-
leggero leggera leggeri leggere after
-
piccolo piccola piccoli piccole after/piccolo piccola piccoli piccole before
grande grande grandi grandi after/grande grande grandi grandi before
bianco bianca bianchi bianche after
grigio grigia grigi grigie after
pesante pesante pesanti pesanti after
rotondo rotonda rotondi rotonde after/tondo tonda tondi tonde after
""")
    adjuncts = read_choices("""
in giardino/nel giardino
in cucina/nella cucina
al mercato
in biblioteca/nella biblioteca
davanti al municipio
vicino alla stazione
la mattina/di mattina/al mattino
prima di mezzogiorno
dopo cena/dopo la cena
senza aiuto
con cura/con attenzione/accuratamente
ogni domenica/tutte le domeniche
a scuola
sotto il ponte
dietro la chiesa
durante le vacanze
""")
    idioms = read_choices("""
Piove a catinelle/Piove a dirotto/Sta piovendo a catinelle/Sta piovendo a dirotto
Costa un occhio della testa
Quando gli asini voleranno
-
Non bisogna vendere la pelle dell'orso prima di averlo ucciso/Non vendere la pelle dell'orso prima di averlo ucciso
Meglio tardi che mai
L'abito non fa il monaco/Le apparenze ingannano
-
I muri hanno orecchie/Anche i muri hanno orecchie
-
Nessuna nuova, buona nuova
-
È un gioco da ragazzi
Tale padre, tale figlio
""")

    def verb(self, clause: Clause) -> Choices:
        """The compound past and the future are told; imperfect, past historic and the rest are as good."""
        found: list[str] = []
        for present, participle, historic, imperfect, future, _, gerund in self.told_of(clause).verbs:
            if clause.tense == "present":
                found += [present, f"sta {gerund}"]
            elif clause.tense == "past":
                found += [f"ha {participle}", historic, imperfect, f"stava {gerund}"]
            else:
                found.append(future)
        return tuple(f"non {form}" for form in found) if clause.denied else tuple(found)

    def article(self, clause: Clause, noun: Noun, said: str) -> Choices:
        """By gender and by the sound that follows."""
        the = _the(noun, said)
        vowel = said.startswith(_VOWELS)
        if clause.article == "the":
            return (the,)
        if clause.article == "a":
            return ({"il ": "un ", "lo ": "uno ", "la ": "una "}.get(the, "un'" if noun.gender == "f" else "un "),)
        if clause.article == "this":
            near = "quest'" if vowel else "questa " if noun.gender == "f" else "questo "
            far = {"il ": "quel ", "lo ": "quello ", "la ": "quella "}.get(the, "quell'")
            full = "questa " if noun.gender == "f" else "questo "  # as good before a vowel
            return tuple(dict.fromkeys((near, full, far)))
        return ("la sua ",) if noun.gender == "f" else ("il suo ",)

    def smooth(self, text: str) -> str:
        """`E` is `ed` before another e: "ed Emma"."""
        return _AND.sub("ed ", text)


def _the(noun: Noun, said: str) -> str:
    if said.startswith(_VOWELS):
        return "l'"
    if noun.gender == "f":
        return "la "
    return "lo " if _IMPURE.match(said) else "il "
