"""The verbs: one row for both languages, with all that the rules cannot derive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb with its complement. French and English mean the same."""

    grade: int  # of the gaps it enters: 1 regular in -er, 2 other frequent ones, 3 irregular
    action: bool  # English has it in the continuous
    fr: str  # infinitive
    fr_rest: str  # complement
    en: str
    en_rest: str


_ROWS = """
1 danser|avec joie|dance|with joy
1 chanter|une chanson|sing|a song
1 parler|au directeur|talk|to the manager
1 jouer|aux cartes|play|cards
1 travailler|au bureau|work|at the office
1 marcher|dans le parc|walk|in the park
1 visiter|le musée|visit|the museum
1 préparer|le repas|prepare|the meal
1 regarder|le film|watch|the film
1 écouter|la radio|listen|to the radio
1 laver|la voiture|wash|the car
1 fermer|la porte|close|the door
2 finir|le travail|finish|the work
2 choisir|un cadeau|choose|a present
2 manger|une pomme|eat|an apple
2 commencer|un roman|begin|a novel
2 être|en retard|be|late ~
2 avoir|une idée|have|an idea ~
2 aller|au marché|go|to the market
2 faire|un gâteau|make|a cake
2 attendre|le train|await|the train
2 vendre|la maison|sell|the house
2 perdre|la partie|lose|the game
2 arriver|à la gare|arrive|at the station
2 rester|à la maison|stay|at home
3 prendre|le bus|take|the bus
3 venir|à la fête|come|to the party
3 voir|un spectacle|see|a show ~
3 dire|la vérité|tell|the truth
3 mettre|la table|set|the table
3 partir|à pied|leave|on foot
3 écrire|une lettre|write|a letter
3 lire|un conte|read|a tale
3 boire|un café|drink|a coffee
3 recevoir|une réponse|get|a reply
3 courir|dans la forêt|run|in the forest
3 tenir|la corde|hold|the rope
3 ouvrir|la fenêtre|open|the window
3 conduire|le camion|drive|the lorry
3 suivre|le guide|follow|the guide
3 vouloir|partir|want|to leave ~
3 savoir|la leçon|know|the lesson ~
3 pouvoir|entrer|manage|to enter ~
3 devoir|partir|need|to leave ~
3 dormir|à l'hôtel|sleep|at the hotel
3 croire|cette histoire|believe|this story ~
3 servir|le dessert|serve|the dessert
3 devenir|célèbre|become|famous
3 craindre|l'orage|fear|the storm ~
""".strip()


def _verb(row: str) -> Verb:
    body, grade = row[2:].rstrip(" ~"), int(row[0])
    return Verb(grade, not row.endswith("~"), *body.split("|"))


VERBS: tuple[Verb, ...] = tuple(_verb(row) for row in _ROWS.splitlines())
