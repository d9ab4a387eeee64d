"""Who and what the reports are about, in both languages, with the words by which a reader knows each thing again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that a fact is about. `known` holds, per language, folded beginnings of the words that name it."""

    fr: str
    en: str
    known_fr: tuple[str, ...]
    known_en: tuple[str, ...]

    def say(self, language: str) -> str:
        """The topic in a language."""
        return self.fr if language == "fr" else self.en

    def known(self, language: str) -> tuple[str, ...]:
        """Beginnings of words that name it."""
        return self.known_fr if language == "fr" else self.known_en


@dataclass(frozen=True, slots=True)
class Work:
    """Something to do: "réparer le toit", "repair the roof"."""

    do: Topic
    thing: Topic


def _topic(fr: str, en: str, known_fr: str, known_en: str) -> Topic:
    return Topic(fr, en, tuple(known_fr.split()), tuple(known_en.split()))


def _works(table: str) -> tuple[Work, ...]:
    found = []
    for line in table.strip().splitlines():
        do_fr, fr, known_fr, do_en, en, known_en = (cell.strip() for cell in line.split("|"))
        thing = _topic(fr, en, known_fr, known_en)
        found.append(Work(_topic(f"{do_fr} {fr}", f"{do_en} {en}", known_fr, known_en), thing))
    return tuple(found)


def _topics(table: str) -> tuple[Topic, ...]:
    return tuple(_topic(*(cell.strip() for cell in line.split("|"))) for line in table.strip().splitlines())


WORKS = _works("""
réparer | le toit | toit toiture | repair | the roof | roof
remplacer | la chaudière | chaudiere | replace | the boiler | boiler
repeindre | les couloirs | couloir | repaint | the corridors | corridor hallway
refaire | la clôture | cloture grillage | rebuild | the fence | fenc
mettre à jour | le site internet | site | update | the website | website site
installer | des caméras | camera | install | cameras | camera
acheter | un projecteur | projecteur | buy | a projector | projector
changer | les serrures | serrure | change | the locks | lock
nettoyer | les gouttières | gouttiere | clean | the gutters | gutter
réparer | la fontaine | fontaine | repair | the fountain | fountain
acheter | des tentes | tente | buy | tents | tent
moderniser | la sonorisation | sono | modernise | the sound system | sound audio
remplacer | les fenêtres | fenetre vitr | replace | the windows | window
couper | le vieux chêne | chene | cut down | the old oak | oak
imprimer | un nouveau dépliant | depliant brochure prospectus | print | a new leaflet | leaflet brochure flyer
organiser | une tombola | tombola | organise | a raffle | raffle
louer | un autocar | autocar bus | hire | a coach | coach bus
réparer | l'ascenseur | ascenseur | repair | the lift | lift elevator
acheter | une remorque | remorque | buy | a trailer | trailer
préparer | une exposition | expo | prepare | an exhibition | exhibit
renouveler | l'assurance | assur | renew | the insurance | insur
planter | une haie | haie | plant | a hedge | hedge
traduire | le règlement | regle | translate | the rules | rule regulation
rénover | la salle de bains | bain | renovate | the bathroom | bathroom
aménager | le potager | potager | lay out | the vegetable garden | vegetable garden
numériser | les archives | archiv | digitise | the archives | archiv
acheter | de nouveaux extincteurs | extincteur | buy | new extinguishers | extinguisher
remplacer | les bancs | banc | replace | the benches | bench
""")

FIGURES = _topics("""
adhérents | members | adherent membre adhesion | member
bénévoles | volunteers | benevole volontaire | volunteer
abonnés | subscribers | abonn | subscri
livres prêtés | books lent | livre pret | book lent loan lend
repas servis | meals served | repas | meal
élèves inscrits | pupils enrolled | eleve ecolier | pupil student
dons reçus | donations received | don dons donat | donat gift
plaintes | complaints | plaint reclamation | complain
billets vendus | tickets sold | billet entree | ticket
vélos réparés | bicycles repaired | velo bicyclette | bicycl bike
arbres plantés | trees planted | arbre | tree
colis expédiés | parcels shipped | colis paquet | parcel package
""")

INCIDENTS = _topics("""
un incendie | a fire | incend feu | fire blaze
une inondation | a flood | inond | flood
un vol | a theft | vol vols vole voleu cambriol | theft thef stole burgl robb
une panne de courant | a power cut | panne courant electri coupure | power outage electri blackout
une fuite de gaz | a gas leak | fuite gaz | gas leak
une tempête | a storm | tempet orage | storm
une intoxication | a food poisoning | intoxic | poison
un glissement de terrain | a landslide | glissement terrain eboul | landsli
""")

PLACES = _topics("""
au gymnase | at the gymnasium | gymnase | gym gymn
à la bibliothèque | at the library | biblioth | librar
à la cantine | at the canteen | cantine | canteen cafeteria
à la piscine | at the swimming pool | piscine | pool swim
au théâtre | at the theatre | theatre | theat
à l'entrepôt | at the warehouse | entrepot | warehous
au stade | at the stadium | stade | stadium
à la crèche | at the nursery | creche | nurser
au musée | at the museum | musee | museum
au laboratoire | at the laboratory | labo | lab labo
""")

SETTINGS = (
    ("l'association du quartier", "the neighbourhood association"),
    ("le club sportif", "the sports club"),
    ("le conseil du village", "the village council"),
    ("la fondation", "the foundation"),
    ("la coopérative", "the cooperative"),
    ("le centre culturel", "the cultural centre"),
)
TOWNS = "Nantes Lille Dijon Tours Rennes Metz Nancy Brest Caen Pau Reims Toulon".split()
FIRST = (
    "Marie Paul Anna Louis Julie Hugo Clara Simon Nina Victor Laura Martin Alice Thomas Emma Lucas Sarah Denis Rose "
    "David Camille Robert Sonia Oscar"
).split()
LAST = (
    "Lambert Morel Girard Roussel Fabre Mercier Blanchet Chevalier Renard Barbier Lemoine Perrin Carlier Vasseur "
    "Marchal Poirier Collin Brunet Gaillard Leclerc Picard Schmitt Weber Navarro Costa Duval"
).split()
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
# What changes nothing: {n} is a number of its own.
IDLE = tuple(
    tuple(line.split(" | "))
    for line in """
La séance a commencé avec {n} minutes de retard. | The meeting started {n} minutes late.
Il faisait très chaud dans la salle. | It was very hot in the room.
Le café a été servi dans le hall. | Coffee was served in the hall.
Plusieurs personnes ont raconté leurs vacances. | Several people talked about their holidays.
Un chat est entré pendant la discussion. | A cat came in during the discussion.
La salle comptait {n} chaises vides. | There were {n} empty chairs in the room.
On a beaucoup parlé du match de la veille. | There was much talk of the match the day before.
La pluie a cessé vers la fin de la réunion. | The rain stopped towards the end of the meeting.
Un téléphone a sonné {n} fois. | A phone rang {n} times.
Les gâteaux de la boulangerie ont eu du succès. | The cakes from the bakery were a success.
Personne n'a retrouvé les lunettes oubliées le mois dernier. | Nobody found the glasses left behind last month.
Le micro grésillait un peu. | The microphone crackled a little.
Une vieille photographie a circulé dans les rangs. | An old photograph went round the rows.
Le stationnement était difficile ce soir-là. | Parking was difficult that evening.
Deux voisins ont échangé leurs recettes de soupe. | Two neighbours swapped their soup recipes.
La lecture du dernier compte rendu a pris {n} minutes. | Reading the last minutes took {n} minutes.
Les fleurs de la table venaient du marché. | The flowers on the table came from the market.
Un enfant a dessiné un dragon au tableau. | A child drew a dragon on the board.
La pause a été un peu plus longue que prévu. | The break was a little longer than planned.
On entendait les travaux de la rue voisine. | The roadworks in the next street could be heard.
Le nouvel horaire des trains a fait sourire l'assistance. | The new train times made the audience smile.
Un participant est venu à pied, soit {n} kilomètres. | One participant came on foot, a walk of {n} kilometres.
Les rideaux rouges ont été jugés trop sombres. | The red curtains were thought too dark.
Quelqu'un a rappelé la fête d'il y a {n} ans. | Someone recalled the party of {n} years ago.
La lumière s'est éteinte un instant. | The light went out for a moment.
Les remerciements d'usage ont été longs. | The usual thanks were long.
Un ancien ministre est passé saluer l'assistance. | A former minister dropped in to greet the audience.
Le proverbe du jour a bien fait rire. | The proverb of the day raised a laugh.
La traduction en langue des signes a été appréciée. | The sign language interpreting was appreciated.
Il restait {n} parts de tarte à la fin. | There were {n} slices of tart left at the end.
""".strip().splitlines()
)
