"""Subjects, titles, words to mention, and the parts of the witness's sentences, in both languages."""

from __future__ import annotations

Pair = tuple[str, str]  # French, English


def _pairs(table: str) -> tuple[Pair, ...]:
    rows = [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]
    return tuple((french, english) for french, english in rows)


SUBJECTS = _pairs("""
le jardin | the garden
la gare | the station
le marché | the market
la forêt | the forest
le musée | the museum
la rivière | the river
le village | the village
le port | the harbour
la montagne | the mountain
le théâtre | the theatre
la cantine | the canteen
le stade | the stadium
la bibliothèque | the library
la boulangerie | the bakery
la plage | the beach
la ferme | the farm
le château | the castle
le pont | the bridge
le parc | the park
le lac | the lake
la piscine | the pool
la librairie | the bookshop
le cinéma | the cinema
la prairie | the meadow
le phare | the lighthouse
la cuisine | the kitchen
le grenier | the attic
la cave | the cellar
la clairière | the clearing
la colline | the hill
le désert | the desert
la vallée | the valley
le canal | the canal
le zoo | the zoo
la grange | the barn
le verger | the orchard
""")
TITLES = _pairs("""
Un début difficile | A hard beginning
Les premiers pas | The first steps
Une journée ordinaire | An ordinary day
Le travail de chacun | Everyone's work
Des visiteurs curieux | Curious visitors
Une grande surprise | A great surprise
Le temps des fêtes | Festive times
Les années sombres | The dark years
Un nouveau départ | A fresh start
Ce qui change | What changes
Ce qui demeure | What remains
La vie en hiver | Life in winter
Une leçon utile | A useful lesson
Les petits détails | Small details
Un soir de pluie | A rainy evening
Le rôle des anciens | The role of elders
Les projets à venir | Plans to come
Une dernière promenade | A last walk
Des bruits familiers | Familiar sounds
Le prix du silence | The price of silence
Une question ouverte | An open question
Les bonnes habitudes | Good habits
Un regard lointain | A distant look
Pour conclure | To conclude
""")
WORDS = _pairs("""
outils | tools
arbres | trees
oiseaux | birds
nuages | clouds
livres | books
fenêtres | windows
trains | trains
pierres | stones
couleurs | colours
chansons | songs
lettres | letters
cloches | bells
bateaux | boats
moulins | mills
fontaines | fountains
tableaux | paintings
abeilles | bees
étoiles | stars
rubans | ribbons
tambours | drums
horloges | clocks
miroirs | mirrors
lanternes | lanterns
escaliers | staircases
manteaux | coats
balcons | balconies
champignons | mushrooms
tunnels | tunnels
vitrines | showcases
journaux | newspapers
poissons | fish
cerises | cherries
épices | spices
statues | statues
drapeaux | flags
chevaux | horses
""")
OPENERS = _pairs("""
Chaque matin | Every morning
Vers midi | Towards noon
Après la pluie | After the rain
Le soir venu | When evening comes
De temps en temps | From time to time
Sans attendre | Without waiting
Avec patience | Patiently
Comme souvent | As so often
Au printemps | In spring
Un peu plus tard | A little later
Tout d'abord | First of all
Ce jour-là | On that day
Par habitude | Out of habit
En silence | In silence
À deux pas | Close by
Malgré le vent | Despite the wind
Une fois par mois | Once a month
""")
ACTORS = _pairs("""
une voisine | a neighbour
le vieux menuisier | the old carpenter
un enfant | a child
la maîtresse | the teacher
le boulanger | the baker
une étudiante | a student
un visiteur | a visitor
la fanfare | the brass band
le gardien | the keeper
une bénévole | a volunteer
un musicien | a musician
le facteur | the postman
une infirmière | a nurse
un peintre | a painter
la fleuriste | the florist
un promeneur | a walker
le cuisinier | the cook
une cycliste | a cyclist
un jardinier | a gardener
""")
ACTS = _pairs("""
raconte une longue histoire | tells a long story
range les bancs | puts the benches away
prépare du thé pour tous | makes tea for all
note quelques idées | writes down some ideas
répare une petite lampe | mends a small lamp
montre une ancienne carte | shows an old map
chante avec les plus jeunes | sings with the youngest
apporte du pain frais | brings fresh bread
pose des questions simples | asks simple questions
dessine un plan précis | draws a precise plan
compte les chaises vides | counts the empty chairs
plante quelques fleurs | plants some flowers
explique son métier | explains the trade
écrit au maire | writes to the mayor
prend des photos | takes pictures
partage ses souvenirs | shares memories
cherche une autre route | looks for another road
ouvre la grande porte | opens the big door
repeint le vieux mur | repaints the old wall
lit un poème à voix haute | reads a poem aloud
goûte la soupe du jour | tastes the soup of the day
salue les passants | greets the passers-by
balaie la cour | sweeps the yard
""")
MENTIONS = _pairs("""
Les {word} comptent beaucoup ici. | The {word} matter a lot here.
Tout le monde aime les {word}. | Everybody likes the {word}.
On y parle aussi des {word}. | There is also talk of the {word}.
Personne n'oublie les {word}. | Nobody forgets the {word}.
Il faut encore citer les {word}. | The {word} must also be mentioned.
On reconnaît vite les {word}. | One soon recognises the {word}.
Beaucoup rêvent devant les {word}. | Many dream in front of the {word}.
""")
CITES = _pairs("""
Le lecteur se rappelle « {title} ». | The reader remembers "{title}".
Cela rejoint ce que dit « {title} ». | This agrees with what "{title}" says.
On comprend mieux ainsi « {title} ». | This sheds light on "{title}".
""")
GIVES = ("Tout cela remonte à {year}.", "All this goes back to {year}.")
REPEATS = ("Rien n'était pareil avant {year}.", "Nothing was the same before {year}.")
ABOUT = ("Regardons de près {subject}.", "Let us look closely at {subject}.")
