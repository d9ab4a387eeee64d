"""English: base form, third person, past, participle and -ing form of the verbs."""

from __future__ import annotations

from itertools import product

from tasks.content_production.translation.lexicon import NAMES, Choices, read_choices, read_things
from tasks.content_production.translation.structure import Clause
from tasks.content_production.translation.tongue import Tongue

_PLURALS = {"knife": "knives", "story": "stories", "box": "boxes", "dress": "dresses", "watch": "watches"}


class English(Tongue):
    """English."""

    name = "en"
    or_words = ("or",)
    numbers = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    after_comma = ("but",)
    links = (
        (("and", "main"),),
        (("but", "main"),),
        (("because", "main"), ("since", "main"), ("as", "main")),
        (("while", "main"),),
    )
    things = read_things(
        """
wash washes washed washed washing | shirt, cup/mug, car
repair repairs repaired repaired repairing / fix fixes fixed fixed fixing / mend mends mended mended mending |
    bicycle/bike, lamp
find finds found found finding | key, notebook, bag
draw draws drew drawn drawing | tree, boat/ship
close closes closed closed closing / shut shuts shut shut shutting | door, suitcase, box
help helps helped helped helping | neighbour/neighbor, cousin
visit visits visited visited visiting | garden, farm
prepare prepares prepared prepared preparing / make makes made made making | soup
take takes took taken taking | photo/picture/photograph
take takes took taken taking | train
write writes wrote written writing | letter, poem
sell sells sold sold selling | painting/picture, dress, watch, chair
finish finishes finished finished finishing / complete completes completed completed completing | drawing, novel
open opens opened opened opening | window, wardrobe/closet/cupboard
choose chooses chose chosen choosing | cake, knife
see sees saw seen seeing | bird, bridge, cloud
lose loses lost lost losing | pen, ticket, umbrella
buy buys bought bought buying | book, lamp, ladder, basket
""",
        lambda word: _PLURALS.get(word, f"{word}s"),
        genders=False,
    )
    qualities = read_choices("""
red
green
blue
yellow
black
strange/odd/weird
ancient/old
magnificent/beautiful
light
precious
small/little
big/large
white
grey/gray
heavy
round
""")
    adjuncts = read_choices("""
in the garden
in the kitchen
at the market/in the market
at the library/in the library
in front of the town hall/outside the town hall/in front of the city hall
near the station/near the train station/close to the station
in the morning
before noon/before midday
after dinner/after supper
without help/without assistance
with care/carefully
every Sunday/each Sunday/on Sundays
at school/in school/at the school/in the school
under the bridge/beneath the bridge
behind the church
during the holidays/during the vacation/during the holiday
""")
    idioms = read_choices("""
It is raining cats and dogs/It is pouring/It is raining hard
It costs an arm and a leg/That costs an arm and a leg
When pigs fly/When hell freezes over
It is not that hard/It is no big deal
Do not count your chickens before they hatch
Better late than never
Do not judge a book by its cover/Appearances are deceptive/Appearances can be deceiving
He who steals an egg will steal an ox/Once a thief, always a thief
The walls have ears/Walls have ears
It is all the same/It is much of a muchness
No news is good news
Once does not make a habit/Just this once
It is a piece of cake/It is as easy as pie/It is child's play
Like father, like son
""")

    def has_quality(self, quality: int) -> bool:
        """All of them."""
        return bool(self.qualities[quality])

    def verb(self, clause: Clause) -> Choices:
        """Simple tenses are told; progressive ones and the perfect are as good."""
        no = "not " if clause.denied else ""
        found: list[str] = []
        for base, third, past, done, doing in self.told_of(clause).verbs:
            if clause.tense == "present":
                found += [f"does not {base}" if no else third, f"is {no}{doing}"]
            elif clause.tense == "past":
                found += [f"did not {base}" if no else past, f"was {no}{doing}", f"has {no}{done}"]
            else:
                found += [f"will {no}{base}", f"is {no}going to {base}", f"will {no}be {doing}"]
        return tuple(found)

    def thing(self, clause: Clause) -> Choices:
        """The thing with its article and quality."""
        names = [noun.many if clause.count > 1 else noun.one for noun in self.told_of(clause).nouns]
        if clause.quality is not None:
            names = [f"{quality} {name}" for name, quality in product(names, self.qualities[clause.quality])]
        if clause.article == "a":
            return tuple(f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name in names)
        own = ("her",) if NAMES[clause.who][1] == "f" else ("his",)
        articles = {"count": (str(clause.count),), "own": own, "this": ("this", "that")}.get(clause.article, ("the",))
        return tuple(f"{article} {name}" for article, name in product(articles, names))
