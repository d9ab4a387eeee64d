"""English sentences with a gap, of the same kinds and grades as the French ones; `{date}` is "On 12 March".

Agreement: `grade|sentence|word to agree|right form`, several right forms with "/". Homophones and words taken for one
another: choices after `=`, then one line a sentence with its right choice.
"""

from __future__ import annotations

AGREEMENT = """
1|{date}, {name} bought two ___.|book|books
1|{date}, {name} bought three ___.|chair|chairs
1|{date}, {name} bought one ___.|lamp|lamp
1|{date}, {name} found a ___.|key|key
1|{date}, {name} found five ___.|coin|coins
1|{date}, {name} read four ___.|letter|letters
1|{date}, {name} saw a ___.|bird|bird
1|{date}, {name} saw six ___.|bird|birds
2|{date}, {name} bought two ___.|box|boxes
2|{date}, {name} visited three ___.|city|cities
2|{date}, {name} bought two ___.|knife|knives
2|{date}, {name} washed five ___.|glass|glasses
2|{date}, {name} picked four ___.|tomato|tomatoes
2|{date}, {name} met two ___.|baby|babies
2|{date}, {name} saw three ___.|wolf|wolves
2|{date}, {name} swept up many ___.|leaf|leaves
2|{date}, {name} counted six ___.|bus|buses/busses
2|{date}, {name} lost two ___.|toy|toys
3|{date}, {name} met three ___.|child|children
3|{date}, {name} met two ___.|woman|women
3|{date}, {name} lost two ___.|tooth|teeth
3|{date}, {name} saw three ___.|mouse|mice
3|{date}, {name} counted forty ___.|sheep|sheep
3|{date}, {name} hurt both ___.|foot|feet
3|{date}, {name} fed four ___.|goose|geese
3|{date}, {name} bought two ___.|shelf|shelves
3|{date}, {name} has met many ___.|person|people/persons
3|{date}, {name} drew five ___.|potato|potatoes
4|{date}, the box of apples that {name} ordered ___ here. (present)|be|is
4|{date}, the friends of {name} ___ the truth. (present)|know|know
4|{date}, the sister of both boys ___ {name}. (present)|know|knows
4|{date}, the keys to the house of {name} ___ on the table. (present)|be|are
4|{date}, the price of the tickets ___ {name}. (present)|surprise|surprises
4|{date}, {name} and {N} ___ at home. (present)|be|are
4|{date}, everybody ___ {name}. (present)|like|likes
4|{date}, the children in the street ___ {name}. (present)|follow|follow
5|{date}, each of the boys ___ a letter from {name}. (present)|have|has
5|{date}, neither of the twins ___ {name}. (present)|know|knows
5|{date}, the news ___ good for {name}. (present)|be|is
5|{date}, the scissors of {name} ___ missing. (present)|be|are
5|{date}, {name}, as well as two friends, ___ in town. (present)|be|is
5|{date}, nobody in those houses ___ {name}. (present)|know|knows
5|{date}, every boy and every girl ___ {name}. (present)|know|knows
5|{date}, both of the letters from {name} ___ here. (present)|be|are
5|{date}, mathematics ___ hard for {name}. (present)|be|is
5|{date}, several of the guests ___ {name}. (present)|know|know
6|{date}, either {name} or the neighbours ___ the key. (present)|have|have
6|{date}, either the neighbours or {name} ___ the key. (present)|have|has
6|{date}, the number of letters to {name} ___ small. (present)|be|is
6|{date}, a number of letters to {name} ___ missing. (present)|be|are
6|{date}, ten miles ___ a long way for {name}. (present)|be|is
6|{date}, not only {name} but also the neighbours ___ late. (present)|be|are
6|{date}, many a traveller ___ {name}. (present)|know|knows
6|{date}, here ___ the letters for {name}. (present)|come|come
6|{date}, all of the bread that {name} bought ___ stale. (present)|be|is
6|{date}, two thirds of the letters to {name} ___ lost. (present)|be|are
7|{date}, {name} is one of those people who never ___. (present)|sleep|sleep
7|{date}, {name} is the only one of the guests who never ___. (present)|sleep|sleeps
7|It is essential that {name} ___ there on {day}.|be|be/should be
7|The doctor recommends that {name} ___ the pills from {day} on.|take|take/should take
7|{date}, more than one guest ___ {name} well. (present)|know|knows
7|If {name} ___ here now, the party of {day} would be saved.|be|were/was
7|{date}, {name} studies two strange ___.|phenomenon|phenomena/phenomenons
7|{date}, {name} compares two ___.|hypothesis|hypotheses
7|{date}, {name} questions one ___.|criterion|criterion
7|{date}, {name} questions three ___.|criterion|criteria/criterions
7|{date}, {name} greets both ___.|brother-in-law|brothers-in-law
7|{date}, {name} meets two ___.|passer-by|passers-by/passersby
7|{date}, it is I, {name}, who ___ to blame. (present)|be|am
7|{date}, five pounds ___ too much for {name}. (present)|be|is
""".strip()

HOMOPHONES = """
1=a / an
{date}, {name} ate ___ apple.=an
{date}, {name} saw ___ owl.=an
{date}, {name} lost ___ umbrella.=an
{date}, {name} ate ___ banana.=a
{date}, {name} saw ___ dog.=a
{date}, {name} lost ___ book.=a
1=is / his
{date}, {name} ___ late.=is
{date}, {name} ___ at home.=is
{date}, {name} ___ not happy.=is
{date}, Peter meets ___ friend {name}.=his
{date}, Peter gives ___ book to {name}.=his
{date}, Peter shows {name} ___ house.=his
2=its / it's
{date}, {name} says that ___ late.=it's
{date}, {name} thinks ___ going to rain.=it's
{date}, {name} saw a dog and ___ master.=its
{date}, {name} painted the house and ___ door.=its
2=your / you're
{date}, {name} found ___ keys.=your
{date}, {name} met ___ brother.=your
{date}, {name} thinks that ___ right.=you're
{date}, {name} knows that ___ coming.=you're
3=their / there / they're
{date}, {name} was not ___.=there
{date}, {name} said that ___ was no bread.=there
{date}, {name} saw the twins and ___ mother.=their
{date}, {name} met the boys in ___ garden.=their
{date}, {name} hears that ___ coming.=they're
{date}, {name} thinks that ___ both right.=they're
3=to / too / two
{date}, {name} went ___ the market.=to
{date}, {name} wanted ___ sing.=to
{date}, {name} arrived ___ late.=too
{date}, {name} came, and {N} came ___.=too
{date}, {name} bought ___ lamps.=two
{date}, {name} met ___ friends.=two
4=then / than
{date}, {name} is taller ___ {N}.=than
{date}, {name} would rather walk ___ drive.=than
{date}, {name} ate and ___ slept.=then
{date}, {name} was still a child ___.=then
4=were / where / we're
{date}, {name} asked ___ the station was.=where
{date}, this is the house ___ {name} lives.=where
{date}, {name} and {N} ___ late.=were
{date}, the friends of {name} ___ happy.=were
{date}, {name} knows that ___ coming.=we're
{date}, {name} thinks ___ right.=we're
5=whose / who's
{date}, {name} asks ___ coming.=who's
{date}, {name} knows ___ there.=who's
{date}, {name} asks ___ coat this is.=whose
{date}, {name} met a man ___ car was stolen.=whose
5=affect / effect
{date}, the news did not ___ {name}.=affect
{date}, the storm will ___ the plans of {name}.=affect
{date}, the words had no ___ on {name}.=effect
{date}, {name} felt the ___ of the cold.=effect
5=accept / except
{date}, {name} will ___ the offer.=accept
{date}, {name} had to ___ the result.=accept
{date}, everyone left ___ {name}.=except
{date}, {name} ate everything ___ the soup.=except
6=principal / principle
{date}, {name} refused on ___.=principle
{date}, {name} explained the ___ of the lever.=principle
{date}, {name} met the ___ of the school.=principal
{date}, money was the ___ reason for the refusal of {name}.=principal
6=passed / past
{date}, {name} walked ___ the church.=past
{date}, {name} woke at half ___ six.=past
{date}, {name} ___ the exam.=passed
{date}, {name} ___ the salt to {N}.=passed
6=stationary / stationery
{date}, the car of {name} hit a ___ lorry.=stationary
{date}, the train of {name} stayed ___ for an hour.=stationary
{date}, {name} bought envelopes and other ___.=stationery
{date}, {name} ordered ___ for the office.=stationery
6=lose / loose
{date}, {name} did not want to ___ the game.=lose
{date}, {name} might ___ the key.=lose
{date}, {name} wore a ___ shirt.=loose
{date}, the dog of {name} broke ___.=loose
7=complement / compliment
{date}, {name} was pleased by the ___ on such fine work.=compliment
{date}, {name} paid {N} a ___.=compliment
{date}, {name} found that the two colours ___ each other.=complement
{date}, {name} says that the wine is a perfect ___ to the cheese.=complement
7=discreet / discrete
{date}, {name} can keep a secret and is very ___.=discreet
{date}, {name} made ___ inquiries that nobody noticed.=discreet
{date}, {name} divided the work into five ___ steps.=discrete
{date}, {name} studied ___ rather than continuous variables.=discrete
7=who / whom
{date}, {name} asked ___ had called.=who
{date}, {name} met a man ___, it seems, lives alone.=who
{date}, {name} asked to ___ the letter was sent.=whom
{date}, {name} met two men, neither of ___ spoke.=whom
7=lie / lay / lain
{date}, {name} is tired and wants to ___ down.=lie
{date}, {name} let the dog ___ on the sofa.=lie
{date}, {name} asked {N} to ___ the plates on the table.=lay
{date}, {name} felt ill, so the nurse helped the patient to ___ both arms on the pillow.=lay
{date}, {name} had ___ in bed all day.=lain
{date}, the letter to {name} had ___ on the floor for days.=lain
7=fewer / less
{date}, {name} made ___ mistakes than {N}.=fewer
{date}, {name} met ___ people than usual.=fewer
{date}, {name} drank ___ water than {N}.=less
{date}, {name} has ___ time than {N}.=less
7=elicit / illicit
{date}, {name} could not ___ an answer.=elicit
{date}, {name} tried to ___ some interest.=elicit
{date}, {name} discovered an ___ trade.=illicit
{date}, {name} was fined for ___ parking.=illicit
""".strip()
