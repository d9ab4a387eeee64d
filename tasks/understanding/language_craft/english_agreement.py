# ruff: noqa: E501 - a row of the table is one line
"""English sentences with a gap to agree, of the same grades as the French ones; `{date}` is "On 12 March".

Each line is `grade|sentence|words to agree with their right forms`. A word and its forms are parted by ":", several
right forms by "/", several words by ", ". In a sentence, one of `(a/b/c)` is said.
"""

from __future__ import annotations

AGREEMENT = """
0|{date}, {name} (saw/drew/found/counted) (two/three/four/five/six/ten) ___ (in the garden/near the lake/in town/on the road/in the park/on the hill).|cat:cats, dog:dogs, bird:birds, horse:horses, duck:ducks, cow:cows, hen:hens, rabbit:rabbits, tree:trees, rose:roses, lamp:lamps, table:tables
0|{date}, {name} (bought/sold/ordered/received) (two/three/four/five/six/ten) ___ (at the market/in town/at the shop/in the village/at the fair).|book:books, pen:pens, pencil:pencils, bag:bags, bike:bikes, shirt:shirts, chair:chairs, cup:cups, apple:apples, orange:oranges, banana:bananas, carrot:carrots, letter:letters, card:cards, ticket:tickets, hat:hats
1|{date}, {name} bought (two/four/six/eight/ten) ___ (at the market/in town/at the shop/for {N}).|book:books, chair:chairs, lamp:lamps, key:keys, coin:coins, card:cards, cup:cups, spoon:spoons
1|{date}, {name} sold (three/five/seven/nine/eleven) ___ (at the market/in town/at the shop/to {N}).|chair:chairs, table:tables, shirt:shirts, horse:horses, duck:ducks, hat:hats, coat:coats, pen:pens
1|{date}, {name} bought one ___ (at the market/in town/at the shop/for {N}).|lamp:lamp, book:book, key:key, coin:coin, cup:cup, spoon:spoon, table:table, pen:pen
1|{date}, {name} found a ___ (in the garden/at the station/on the beach/under the bed/near the church).|key:key, letter:letter, coin:coin, ring:ring, card:card, bag:bag, hat:hat, stone:stone
1|{date}, {name} found (three/five/seven/nine/twelve) ___ (in the garden/at the station/on the beach/under the bed).|coin:coins, key:keys, letter:letters, ring:rings, stone:stones, card:cards, shell:shells
1|{date}, {name} read (two/four/six/eight/ten) ___ (in the garden/on the train/in bed/with {N}).|letter:letters, book:books, poem:poems, page:pages, card:cards, sign:signs, paper:papers
1|{date}, {name} saw a ___ (in the garden/near the lake/on the hill/with {N}/at the farm).|bird:bird, dog:dog, cat:cat, horse:horse, duck:duck, cow:cow, lion:lion, bear:bear
1|{date}, {name} saw one ___ (in the garden/near the lake/on the hill/with {N}/at the farm).|bird:bird, dog:dog, cat:cat, horse:horse, duck:duck, cow:cow, lion:lion, bear:bear
2|{date}, {name} bought (two/three/four/five) ___ (at the market/in town/at the shop/for {N}).|box:boxes, watch:watches, dress:dresses, brush:brushes, bench:benches
2|{date}, {name} visited (two/three/four/five) ___ (in the north/with {N}/by train/in the summer).|city:cities, country:countries, factory:factories, library:libraries, family:families
2|{date}, {name} bought (two/three/four/five) ___ (at the market/in town/at the shop/for {N}).|knife:knives, loaf:loaves, scarf:scarves/scarfs, shelf:shelves
2|{date}, {name} washed (three/four/five/six) ___ (in the kitchen/with {N}/in the sink/after lunch).|glass:glasses, dish:dishes, brush:brushes, dress:dresses, peach:peaches
2|{date}, {name} picked (three/four/five/six) ___ (in the garden/with {N}/before lunch/at the farm).|tomato:tomatoes, berry:berries, peach:peaches, cherry:cherries, daisy:daisies
2|{date}, {name} met (two/three/four/five) ___ (in the park/with {N}/at the fair/on the train).|baby:babies, lady:ladies, boy:boys, spy:spies, witch:witches, fairy:fairies
2|{date}, {name} saw (two/three/four/five) ___ (in the forest/near the lake/on the hill/with {N}).|wolf:wolves, fox:foxes, calf:calves, monkey:monkeys, donkey:donkeys, fly:flies
2|{date}, {name} (swept up/gathered/counted/drew) many ___ (in the garden/in the park/with {N}).|leaf:leaves, branch:branches, berry:berries, daisy:daisies
2|{date}, {name} counted (four/six/eight/ten) ___ (at the station/in town/on the bridge/with {N}).|bus:buses/busses, taxi:taxis, lorry:lorries, coach:coaches, ferry:ferries
2|{date}, {name} lost (two/three/four/five) ___ (at the station/in town/on the beach/with {N}).|toy:toys, key:keys, trolley:trolleys, brush:brushes, diary:diaries
3|{date}, {name} met (two/three/four/five) ___ (at the fair/in the park/with {N}/on the train).|child:children, woman:women, man:men, policeman:policemen
3|{date}, {name} met (two/three/four/five) ___ (at the fair/at the office/with {N}/at the meeting).|woman:women, fisherman:fishermen, businesswoman:businesswomen, grandchild:grandchildren
3|{date}, {name} lost (two/three/four) ___ (in the fall/in a fight/at the game/on the ice).|tooth:teeth
3|{date}, {name} saw (two/three/four/five) ___ (in the barn/on the farm/in the garden/with {N}).|mouse:mice, goose:geese, ox:oxen, sheep:sheep
3|{date}, {name} counted (forty/fifty/sixty/ninety) ___ (on the hill/near the lake/with {N}/in the field).|sheep:sheep, deer:deer
3|{date}, {name} hurt both ___ (in the race/on the ice/at the game/in the fall).|foot:feet
3|{date}, {name} fed (three/four/five/six) ___ (near the lake/on the farm/with {N}/at the zoo).|goose:geese, sheep:sheep, mouse:mice, ox:oxen
3|{date}, {name} bought (two/three/four/five) ___ (at the shop/in town/for {N}/at the market).|shelf:shelves, loaf:loaves, knife:knives
3|{date}, {name} has met many ___ (in town/on the train/with {N}/at work/at sea).|person:people/persons
3|{date}, {name} drew (three/four/five/six) ___ (at school/on the wall/with {N}/in the sand).|potato:potatoes, tomato:tomatoes, hero:heroes, echo:echoes
4|{date}, the (box/basket/bag/crate) of (apples/pears/plums/eggs) that {name} (ordered/bought/sold) ___ here. (present)|be:is
4|{date}, the (friends/brothers/sisters/cousins/parents) of {name} ___ the (truth/way/song/answer). (present)|know:know, tell:tell, hide:hide
4|{date}, the (sister/mother/aunt/teacher) of both (boys/girls/twins) ___ {name} (well/too much/a little). (present)|know:knows, like:likes, trust:trusts
4|{date}, the (keys/doors/windows) to the (house/shop/office/barn) of {name} ___ (new/old/lost/clean). (present)|be:are
4|{date}, the price of the (tickets/books/shoes/lamps/chairs) ___ {name} (a lot/a little/too much). (present)|surprise:surprises, worry:worries, amuse:amuses
4|{date}, {name} and {N} ___ (at home/in town/at the station/in bed/late/happy/ready). (present)|be:are
4|{date}, everybody (in the house/in town/at work/at school) ___ {name}. (present)|like:likes, know:knows, help:helps, trust:trusts
4|{date}, the children in the (street/park/garden/village) ___ {name} (home/to the shop/to the lake). (present)|follow:follow, bring:bring, lead:lead
5|{date}, each of the (boys/girls/guests/teachers) ___ a (letter/gift/card/book) from {name}. (present)|have:has, read:reads, want:wants
5|{date}, neither of the (twins/boys/sisters/guests) ___ {name} (well/any more/at all). (present)|know:knows, trust:trusts, like:likes
5|{date}, the news (from home/of the flood/from the front/about {N}) ___ (good/bad/sad) for {name}. (present)|be:is, seem:seems, look:looks
5|{date}, the (scissors/trousers/glasses/tongs) of {name} ___ (missing/old/new/on the table). (present)|be:are
5|{date}, {name}, as well as (two/three/four/five) (friends/cousins/guests), ___ (in town/late/at home). (present)|be:is
5|{date}, nobody in those (houses/towns/villages/streets) ___ {name} (well/any more/at all). (present)|know:knows, trust:trusts, like:likes
5|{date}, every (boy/man/nephew) and every (girl/woman/niece) ___ {name} (well/by name/by sight). (present)|know:knows
5|{date}, both of the (letters/gifts/books/cards) from {name} ___ (here/lost/late/in the box). (present)|be:are
5|{date}, (mathematics/physics/economics/politics) ___ (hard/easy/dull/pleasant) for {name}. (present)|be:is, seem:seems, become:becomes
5|{date}, several of the (guests/boys/girls/teachers) ___ {name} (well/by name/by sight). (present)|know:know
6|{date}, either {name} or the (neighbours/twins/guards/nurses) ___ the (key/letter/money/map). (present)|have:have, hide:hide, need:need
6|{date}, either the (neighbours/twins/guards/nurses) or {name} ___ the (key/letter/money/map). (present)|have:has, hide:hides, need:needs
6|{date}, the number of (letters/visits/cards/gifts) to {name} ___ (small/large/known). (present)|be:is, seem:seems, remain:remains
6|{date}, a number of (letters/cards/parcels/gifts) to {name} ___ (missing/lost/late/unopened). (present)|be:are, remain:remain
6|{date}, (ten/twelve/twenty/thirty) (miles/kilometres) ___ a long way for {name} (on foot/in the snow/with {N}). (present)|be:is
6|{date}, not only {name} but also the (neighbours/twins/guards/nurses) ___ (late/here/tired/ready). (present)|be:are
6|{date}, many a (traveller/guest/sailor/student) ___ {name} (well/by name/by sight). (present)|know:knows
6|{date}, here ___ the (letters/cards/parcels/twins/guests) (for/from/of) {name}. (present)|come:come
6|{date}, all of the (bread/cheese/milk/soup) that {name} (bought/sold/brought) ___ (gone/cold/cheap). (present)|be:is
6|{date}, two thirds of the (letters/cards/parcels/books) to {name} ___ (lost/missing/late/here). (present)|be:are
7|{date}, {name} is one of those (people/men/women/guests) who never ___ (here/at night/in town). (present)|sleep:sleep, smile:smile, dance:dance
7|{date}, {name} is the only one of the (guests/twins/nurses/boys) who never ___ (here/at night/in town). (present)|sleep:sleeps, smile:smiles, dance:dances
7|It is (essential/vital/necessary/important) that {name} ___ (there/here/ready/on time) on {day}.|be:be/should be
7|The (doctor/nurse/teacher/lawyer) recommends that {name} ___ the (pills/train/job/tests) from {day} on.|take:take/should take
7|{date}, more than one (guest/teacher/nurse/sailor) ___ {name} (well/by name/by sight). (present)|know:knows
7|If {name} ___ (here/ready/well/at home) now, the (party/wedding/dinner/match) of {day} would be saved.|be:were/was
7|{date}, {name} (studies/describes/films) two (strange/rare/new) ___.|phenomenon:phenomena/phenomenons
7|{date}, {name} (compares/tests/rejects/defends) two (bold/new/rival) ___.|hypothesis:hypotheses, thesis:theses, synthesis:syntheses
7|{date}, {name} (questions/explains/rejects/defends) one (new/odd/vague) ___.|criterion:criterion, phenomenon:phenomenon, hypothesis:hypothesis
7|{date}, {name} (questions/explains/rejects/defends) three (new/odd/vague) ___.|criterion:criteria/criterions
7|{date}, {name} (greets/meets/invites/thanks) both ___ (at the fair/in town/at home).|brother-in-law:brothers-in-law, sister-in-law:sisters-in-law, son-in-law:sons-in-law
7|{date}, {name} (meets/greets/warns/stops) two ___ (on the bridge/in town/at night).|passer-by:passers-by/passersby
7|{date}, it is I, {name}, who ___ (to blame/in charge/in the wrong/the owner/late/guilty). (present)|be:am
7|{date}, (five/six/ten/twenty) (pounds/dollars/euros) ___ too much for {name} (to pay/to lose/to lend). (present)|be:is
""".strip()
