"""French: present, participle, imperfect, future, infinitive, past historic of the verbs."""

from __future__ import annotations

import re

from tasks.content_production.translation.lexicon import Choices, Noun, read_choices, read_qualities, read_things
from tasks.content_production.translation.structure import Clause
from tasks.content_production.translation.tongue import Romance

_VOWELS = tuple("aeiouyéèêhAEIOUYÉH")
_QUE = re.compile(f" que (?=[{''.join(_VOWELS)}])")


def _plural(word: str) -> str:
    return f"{word}x" if word.endswith("eau") else f"{word}s"


class French(Romance):
    """French."""

    name = "fr"
    or_words = ("ou",)
    numbers = "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    after_comma = ("mais",)
    links = (
        (("et", "main"),),
        (("mais", "main"),),
        (("parce que", "main"), ("car", "main")),
        (("pendant que", "main"), ("tandis que", "main")),
    )
    things = read_things(
        """
lave lavé lavait lavera laver lava | chemise f, tasse f, voiture f
répare réparé réparait réparera réparer répara | vélo m/bicyclette f, lampe f
trouve trouvé trouvait trouvera trouver trouva | clé f/clef f, carnet m/cahier m, sac m
dessine dessiné dessinait dessinera dessiner dessina | arbre m, bateau m/navire m/barque f
ferme fermé fermait fermera fermer ferma | porte f, valise f, boîte f/caisse f
aide aidé aidait aidera aider aida | voisin m, cousin m
visite visité visitait visitera visiter visita | jardin m, ferme f
prépare préparé préparait préparera préparer prépara | soupe f
prend pris prenait prendra prendre prit | photo f/photographie f
prend pris prenait prendra prendre prit | train m
écrit écrit écrivait écrira écrire écrivit | lettre f, poème m/poésie f
vend vendu vendait vendra vendre vendit | tableau m/peinture f, robe f, montre f, chaise f
finit fini finissait finira finir finit / termine terminé terminait terminera terminer termina | dessin m, roman m
ouvre ouvert ouvrait ouvrira ouvrir ouvrit | fenêtre f, armoire f/placard m
choisit choisi choisissait choisira choisir choisit | gâteau m, couteau m
voit vu voyait verra voir vit | oiseau m, pont m, nuage m
perd perdu perdait perdra perdre perdit | stylo m, billet m/ticket m, parapluie m
achète acheté achetait achètera acheter acheta | livre m, lampe f, échelle f, panier m
""",
        _plural,
    )
    qualities = read_qualities("""
rouge rouge rouges rouges after
vert verte verts vertes after
bleu bleue bleus bleues after
jaune jaune jaunes jaunes after
noir noire noirs noires after
étrange étrange étranges étranges after/bizarre bizarre bizarres bizarres after
ancien ancienne anciens anciennes after
magnifique magnifique magnifiques magnifiques after
léger légère légers légères after
précieux précieuse précieux précieuses after
petit petite petits petites before
grand grande grands grandes before/gros grosse gros grosses before
blanc blanche blancs blanches after
gris grise gris grises after
lourd lourde lourds lourdes after
rond ronde ronds rondes after
""")
    adjuncts = read_choices("""
dans le jardin/au jardin
dans la cuisine/à la cuisine
au marché/sur le marché
à la bibliothèque/dans la bibliothèque
devant la mairie/devant l'hôtel de ville
près de la gare
le matin/au matin/dans la matinée
avant midi
après le dîner/après dîner/après le souper
sans aide
avec soin/soigneusement
chaque dimanche/tous les dimanches
à l'école/dans l'école
sous le pont
derrière l'église
pendant les vacances/durant les vacances
""")
    idioms = read_choices("""
Il pleut des cordes/Il pleut à verse/Il pleut à torrents/Il tombe des cordes
Ça coûte les yeux de la tête/Cela coûte les yeux de la tête
Quand les poules auront des dents
Ce n'est pas la mer à boire/Ce n'est pas difficile
Il ne faut pas vendre la peau de l'ours avant de l'avoir tué
Mieux vaut tard que jamais
L'habit ne fait pas le moine/Les apparences sont trompeuses
Qui vole un œuf vole un bœuf
Les murs ont des oreilles
C'est bonnet blanc et blanc bonnet/C'est du pareil au même
Pas de nouvelles, bonnes nouvelles
Une fois n'est pas coutume
C'est simple comme bonjour/C'est un jeu d'enfant
Tel père, tel fils
""")

    def verb(self, clause: Clause) -> Choices:
        """One form a tense is told; imperfect, past historic and near future are as good."""
        found: list[str] = []
        for present, participle, imperfect, future, infinitive, historic in self.told_of(clause).verbs:
            if clause.tense == "present":
                found.append(present)
            elif clause.tense == "past":
                found += [f"a {participle}", imperfect, historic]
            else:
                found += [future, f"va {infinitive}"]
        return tuple(_denied(form) for form in found) if clause.denied else tuple(found)

    def article(self, clause: Clause, noun: Noun, said: str) -> Choices:
        """Elided, or with another form, before a vowel."""
        vowel, feminine = said.startswith(_VOWELS), noun.gender == "f"
        if clause.article == "the":
            return ("l'",) if vowel else ("la " if feminine else "le ",)
        if clause.article == "a":
            return ("une " if feminine else "un ",)
        if clause.article == "this":
            return ("cette " if feminine else "cet " if vowel else "ce ",)
        return ("sa " if feminine and not vowel else "son ",)

    def smooth(self, text: str) -> str:
        """`Que` elided: "parce qu'Anna"."""
        return _QUE.sub(" qu'", text)


def _denied(form: str) -> str:
    verb, space, rest = form.partition(" ")
    return f"{'n' + chr(39) if verb.startswith(_VOWELS) else 'ne '}{verb} pas{space}{rest}"
