"""Words that say the same in French and in English, one word each, so that both witnesses have the same lengths."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from harness.metrics.text import fold, word_forms


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A word in both languages; the same word in two lists is one object, so that words compare at once."""

    fr: str
    en: str
    gender: str  # of the French noun
    forms: frozenset[str]  # of both words, as conditions see them
    letters: int  # that either word holds, as bits
    longest: int  # letters of the longest form

    def say(self, language: str) -> str:
        """The word in a language."""
        return self.fr if language == "fr" else self.en


def letter_bits(text: str) -> int:
    """The letters of a text as bits, a being bit 0; accents do not matter."""
    bits = 0
    for letter in fold(text):
        if "a" <= letter <= "z":
            bits |= 1 << ord(letter) - 97
    return bits


@functools.cache
def _pair(fr: str, en: str = "", gender: str = "") -> Pair:
    forms = word_forms(f"{fr} {en}")
    return Pair(fr, en or fr, gender, frozenset(forms), letter_bits(fr + en), max(map(len, forms)))


def _pairs(text: str) -> tuple[Pair, ...]:
    """`fr:en` or `fr:en:gender`, separated by spaces; one word alone is the same in both languages."""
    return tuple(_pair(*entry.split(":")) for entry in text.split())


# First names in use in both languages; several for every letter, so that any initial can open a sentence.
NAMES = _pairs("""
    Adam Alex Alice Alma Anita Anna Arthur Audrey Barbara Basil Benjamin Bernard Bob Bruno Carla Carmen Charles
    Chloé:Chloe Clara Cora Damien Daniel David Diana Dora Dylan Edgar Edith Elena Elliot Elsa Emma Eric Ernest Eva
    Fabian Félix:Felix Fiona Flora Florence Franck Gabriel Gaspard Gloria Grace Guillermo Gustave Hanna Harold
    Hector Helena Henri Hugo Ian Ida Igor Inès:Ines Irène:Irene Iris Isabella Ivan Jack Jade Jasmine Jim Joseph
    Judith Julia Karim Karl Kenza Kevin Kim Kurt Laura Léo:Leo Lili Lina Louis Lucas Lucie Magda Manuel Marc Marion
    Martin Mia Mina Nadia Nathan Nicolas Nina Noah Nora Octavia Olga Oliver Omar Oscar Otto Pablo Patricia Paul
    Paula Peter Philip Quentin Quincy Rachel Ralph Robert Robin Rosa Sabrina Sam Samuel Sandra Simon Sofia Stella
    Tania Théo:Theo Thomas Tim Tina Tom Ulla Ulric Ursula Valentin Vera Victor Viola Vlad Walter Wanda Willy Xavier
    Xena Yann Yara Yolanda Yves Yvonne Zara Zelda Zita Abel Agnès:Agnes Albert Alexandra Amir Angela Antonin Aurora
    Bella Bettina Boris Brigitte Carol Caroline Cécilia:Cecilia Celia Christian Christine Claudia Conrad Delphine
    Denis Dina Edmund Edna Edwin Estelle Eugenia Fanny Fatima Fernand Frida Gilbert Greta Harry Hilda Hubert Ibrahim
    Irma Jana Jeanne Johanna Jordan Justin Karen Katia Lana Lara Laurent Léa:Lea Leila Lola Louise Luna Lydia Malik
    Marcel Maria Marina Maurice Max Melissa Michel Mona Monica Morgan Myriam Nadine Natalia Noémi:Noemi Norbert Olaf
    Olivia Pascal Pauline Pierre Raymond Regina Richard Roger Roland Romain Ruben Sarah Serena Silvia Simone Solange
    Sonia Sophia Susan Sylvia Tamara Teresa Tristan Valeria Vincent Violet Virginia William Yasmine Youssef Zoé:Zoe
""")

NOUNS = _pairs("""
    chat:cat:m chien:dog:m cheval:horse:m vache:cow:f mouton:sheep:m lapin:rabbit:m souris:mouse:f oiseau:bird:m
    coq:rooster:m cochon:pig:m agneau:lamb:m corbeau:crow:m perroquet:parrot:m pigeon:pigeon:m crabe:crab:m
    pieuvre:octopus:f phoque:seal:m pingouin:penguin:m chameau:camel:m lama:llama:m gorille:gorilla:m
    escargot:snail:m écureuil:squirrel:m hérisson:hedgehog:m dinosaure:dinosaur:m dragon:dragon:m
    canard:duck:m poisson:fish:m requin:shark:m tortue:turtle:f lion:lion:m tigre:tiger:m ours:bear:m
    loup:wolf:m renard:fox:m singe:monkey:m girafe:giraffe:f zèbre:zebra:m serpent:snake:m grenouille:frog:f
    abeille:bee:f papillon:butterfly:m fourmi:ant:f araignée:spider:f aigle:eagle:m hibou:owl:m cygne:swan:m
    dauphin:dolphin:m baleine:whale:f kangourou:kangaroo:m panda:panda:m poule:hen:f chèvre:goat:f âne:donkey:m
    arbre:tree:m fleur:flower:f rose:rose:f tulipe:tulip:f pomme:apple:f poire:pear:f cerise:cherry:f
    citron:lemon:m orange:orange:f melon:melon:m carotte:carrot:f tomate:tomato:f oignon:onion:m
    banane:banana:f fraise:strawberry:f concombre:cucumber:m champignon:mushroom:m omelette:omelette:f
    salade:salad:f tarte:tart:f crêpe:pancake:f pastèque:watermelon:f palmier:palm:m cactus:cactus:m
    gâteau:cake:m biscuit:biscuit:m sandwich:sandwich:m pizza:pizza:f soupe:soup:f
    fauteuil:armchair:m canapé:sofa:m armoire:wardrobe:f coussin:cushion:m oreiller:pillow:m balai:broom:m
    seau:bucket:m brosse:brush:f peigne:comb:m théière:teapot:f casserole:saucepan:f bol:bowl:m
    table:table:f chaise:chair:f lampe:lamp:f lit:bed:m miroir:mirror:m tapis:rug:m horloge:clock:f vase:vase:m
    bougie:candle:f clé:key:f boîte:box:f sac:bag:m panier:basket:m bouteille:bottle:f tasse:cup:f verre:glass:m
    assiette:plate:f cuillère:spoon:f couteau:knife:m fourchette:fork:f livre:book:m lettre:letter:f
    journal:newspaper:m stylo:pen:m crayon:pencil:m carte:map:f photo:photo:f tableau:painting:m
    jupe:skirt:f pull:jumper:m cravate:tie:f ceinture:belt:f botte:boot:f pantoufle:slipper:f
    collier:necklace:m bracelet:bracelet:m casquette:cap:f casque:helmet:m perle:pearl:f
    chapeau:hat:m manteau:coat:m robe:dress:f chemise:shirt:f écharpe:scarf:f chaussure:shoe:f gant:glove:m
    bague:ring:f couronne:crown:f parapluie:umbrella:m montre:watch:f masque:mask:m ruban:ribbon:m
    vélo:bicycle:m ambulance:ambulance:f yacht:yacht:m voilier:sailboat:m hélicoptère:helicopter:m
    voiture:car:f train:train:m avion:plane:m bateau:boat:m bus:bus:m camion:truck:m tracteur:tractor:m
    fusée:rocket:f moto:motorbike:f taxi:taxi:m wagon:wagon:m canoë:canoe:m
    piano:piano:m violon:violin:m guitare:guitar:f tambour:drum:m flûte:flute:f trompette:trumpet:f harpe:harp:f
    accordéon:accordion:m saxophone:saxophone:m cloche:bell:f sifflet:whistle:m jouet:toy:m aimant:magnet:m
    boussole:compass:f télescope:telescope:m ordinateur:computer:m valise:suitcase:f enveloppe:envelope:f
    ballon:balloon:m poupée:doll:f robot:robot:m puzzle:puzzle:m marteau:hammer:m corde:rope:f échelle:ladder:f
    caméra:camera:f radio:radio:f drapeau:flag:m trésor:treasure:m statue:statue:f fantôme:ghost:m pirate:pirate:m
    médecin:doctor:m voisin:neighbour:m roi:king:m reine:queen:f prince:prince:m clown:clown:m magicien:magician:m
    phare:lighthouse:m fontaine:fountain:f rocher:boulder:m dune:dune:f
    château:castle:m moulin:windmill:m volcan:volcano:m étoile:star:f nuage:cloud:m diamant:diamond:m
""")

# Adjectives whose French form is the same for both genders.
ADJECTIVES = _pairs("""
    rouge:red jaune:yellow magnifique:magnificent étrange:strange calme:calm
    fragile:fragile immense:huge bizarre:weird solide:solid rapide:fast moderne:modern célèbre:famous
    sombre:dark triste:sad simple:simple utile:useful rare:rare propre:clean minuscule:tiny
    énorme:enormous superbe:superb sauvage:wild tranquille:quiet timide:shy mauve:purple
    pâle:pale sale:dirty drôle:funny
""")

# Verbs of an action, which an adverb of manner may go with, and those of a state or of an event.
ACTIONS = _pairs("""
    regarde:watches dessine:draws décrit:describes peint:paints photographie:photographs admire:admires
    observe:observes choisit:chooses cherche:seeks filme:films montre:shows
""")
VERBS = ACTIONS + _pairs("""
    voit:sees trouve:finds imagine:imagines remarque:notices veut:wants repère:spots aime:likes préfère:prefers
    mentionne:mentions évoque:evokes apprécie:appreciates découvre:discovers reconnaît:recognises
""")

# Places: preposition, then a noun after its definite article (no French elision, so that the counts agree).
PLACES = {
    "dans:in": _pairs("""
        jardin:garden:m forêt:forest:f maison:house:f cuisine:kitchen:f village:village:m ville:city:f parc:park:m
        bureau:office:m salon:lounge:m grotte:cave:f musée:museum:m restaurant:restaurant:m rivière:river:f
        vallée:valley:f désert:desert:m cave:cellar:f théâtre:theatre:m chambre:bedroom:f tunnel:tunnel:m
        bibliothèque:library:f
    """),
    "sur:on": _pairs("""
        pont:bridge:m plage:beach:f toit:roof:m route:road:f balcon:balcony:m terrasse:terrace:f place:square:f
        colline:hill:f quai:platform:m montagne:mountain:f
    """),
    "sous:under": _pairs("pont:bridge:m lune:moon:f"),
    "sous:in": _pairs("pluie:rain:f neige:snow:f soleil:sun:m tente:tent:f"),
    "derrière:behind": _pairs("maison:house:f gare:station:f mur:wall:m ferme:farm:f porte:door:f grange:barn:f"),
    "devant:outside": _pairs(
        "maison:house:f gare:station:f banque:bank:f ferme:farm:f pharmacie:pharmacy:f prison:prison:f"
    ),
}

PREPOSITIONS = {key: _pairs(key)[0] for key in PLACES}

_MANNER_OFTEN = _pairs("calmement:calmly lentement:slowly discrètement:discreetly")
_MANNER_ENDS = _pairs("patiemment:patiently tranquillement:quietly")
MANNER = frozenset(_MANNER_OFTEN + _MANNER_ENDS)  # one a sentence, with a verb of an action
OFTEN = _pairs("souvent:often toujours:always parfois:sometimes rarement:rarely vraiment:really") + _MANNER_OFTEN
MOMENTS = _pairs("aujourd'hui:today ici:here maintenant:now encore:again")
ENDS = MOMENTS + _MANNER_ENDS

# Connectors that stand between commas after the subject; they belong to a formal text.
FORMAL = _pairs("cependant:however néanmoins:nevertheless toutefois:nonetheless désormais:henceforth certes:admittedly")
FAMILIAR = _pairs("truc:stuff super:cool mec:guy sympa:nice génial:awesome bouquin:thingy gosse:kid ouais:yeah")

# Words so common that a text written without thinking would hold them.
COMMON = _pairs("""
    est:is sont:are était:was il:he elle:she mais:but et:and car:because que:that pour:for son:his très:very
    petit:small grand:big beau:beautiful bon:good heureux:happy avec:with dans:in sur:on de:of monde:world
    jour:day temps:time vie:life chose:thing ciel:sky amis:friends
""")
