"""The jobs: each draws what it needs into the world, and says which commands do it."""

from __future__ import annotations

from collections.abc import Callable

from tasks.interaction.tool_world.commands import Command
from tasks.interaction.tool_world.environment import meeting
from tasks.interaction.tool_world.errand import Draft, Line, hours
from tasks.interaction.tool_world.lexicon import DAYS, HOURS, ITEMS

LIMIT = 100  # euros, of an invoice


def idle(draft: Draft) -> Line:
    """A line that matters to nobody."""
    return ("idle", draft.rng.randrange(3))


def buy(draft: Draft) -> None:
    """Some of one thing."""
    item, number = draft.item(), draft.rng.randint(2, 99)
    draft.job(("buy", item, number), [("buy", item, str(number))])


def move(draft: Draft) -> None:
    """A file into another folder."""
    file, folder = draft.file((idle(draft),)), draft.folders.pop()
    draft.job(("move", file, folder), [("move", file, folder)])


def delete(draft: Draft) -> None:
    """A file less."""
    file = draft.file((idle(draft),))
    draft.job(("delete", file), [("delete", file)])


def book(draft: Draft) -> None:
    """A meeting at a given hour."""
    day, person, hour = draft.days.pop(), draft.person(), draft.rng.choice(HOURS)
    draft.busy(day, sorted({hour, *hours(draft.rng, 2, 4)}))
    draft.free[person][DAYS.index(day)] = sorted({hour, *hours(draft.rng, 1, 3)})
    draft.job(("book", person, day, hour), [("book", day, str(hour), person)])


def note(draft: Draft, size: int) -> None:
    """What a file asks to buy."""
    wanted = [(draft.item(), draft.rng.randint(2, 20)) for _ in range(size)]
    file = draft.file(tuple(("buy", item, number) for item, number in wanted))
    draft.job(("note", file), [("open", file), *(("buy", item, str(number)) for item, number in wanted)])


def cheapest(draft: Draft) -> None:
    """Some of the thing of a kind that costs least."""
    kind = draft.rng.choice([kind for kind, names in ITEMS.items() if not draft.prices.keys() & set(names)])
    rivals, draft.items[kind] = draft.items[kind][:3], []  # nothing else of the kind comes into the shop
    draft.prices |= dict(zip(rivals, draft.rng.sample(range(2, 30), len(rivals)), strict=True))
    best, number = min(rivals, key=draft.prices.__getitem__), draft.rng.randint(2, 20)
    draft.job(("cheapest", kind, number), [("shop",), ("buy", best, str(number))])


def budget(draft: Draft) -> None:
    """As many of one thing as a sum pays for, with something left."""
    item = draft.item()
    price, number = draft.rng.randint(3, 14), draft.rng.randint(3, 15)
    draft.prices[item] = price
    money = price * number + draft.rng.randrange(1, price)
    draft.job(("budget", item, money), [("shop",), ("buy", item, str(number))])


def either(draft: Draft) -> None:
    """A file deleted or moved, as its sums say."""
    sums = [draft.rng.randint(18, 48) for _ in range(3)]
    sums[0] += sum(sums) == LIMIT
    file, folder = draft.file((("sums", *sums),)), draft.folders.pop()
    act: Command = ("delete", file) if sum(sums) > LIMIT else ("move", file, folder)
    draft.job(("either", file, folder), [("open", file), act])


def chain(draft: Draft, size: int) -> None:
    """What the last file asks for, each naming the next."""
    item, number = draft.item(), draft.rng.randint(2, 20)
    files = [draft.file((("buy", item, number),))]
    for _ in range(size - 1):
        line: Line = ("see", files[-1])
        files.append(draft.file((line,) if draft.rng.random() < 0.5 else (idle(draft), line)))
    files.reverse()
    draft.job(("chain", files[0]), [*(("open", file) for file in files), ("buy", item, str(number))])


def first(draft: Draft) -> None:
    """A meeting at the first hour of a day when both are free."""
    day, person = draft.days.pop(), draft.person()
    place = draft.rng.randint(1, len(HOURS) - 2)
    own, other = {HOURS[place]}, {HOURS[place]}
    for n, hour in enumerate(HOURS):
        ways = [(1, 0), (0, 1), (0, 0)] if n < place else [(1, 0), (0, 1), (1, 1)]
        mine, theirs = draft.rng.choice(ways)
        own |= {hour} if mine and n != place else set()
        other |= {hour} if theirs and n != place else set()
    draft.busy(day, sorted(own))
    draft.free[person][DAYS.index(day)] = sorted(other)
    needed: list[Command] = [("day", day), ("free", person, day), ("book", day, str(HOURS[place]), person)]
    draft.job(("first", person, day), needed)


def sort(draft: Draft, size: int, right: int) -> None:
    """The files of a folder that report a person's presence go to another."""
    source, folder, person = draft.folders.pop(), draft.folders.pop(), draft.person()
    wanted = draft.rng.sample(range(size), right)
    files = [draft.file(minutes(draft, person, n in wanted), source) for n in range(size)]
    chosen = [("move", files[n], folder) for n in sorted(wanted)]
    draft.job(("sort", person, source, folder), [("list",), *(("open", file) for file in files), *chosen])


def minutes(draft: Draft, person: str, present: bool) -> tuple[Line, ...]:
    """Who was there and who was not: the person was, or was not, or is not named."""
    others = draft.rng.sample(draft.others, 4)
    there, away = others[:2], others[2:]
    if present:
        there[draft.rng.randrange(2)] = person
    elif draft.rng.random() < 0.7:
        away[draft.rng.randrange(2)] = person
    return (("minutes", tuple(there), tuple(away)),)


def shift(draft: Draft, size: int) -> None:
    """All meetings of a day go to another day, in order, each to the first hour when both are free."""
    day, later = draft.days.pop(), draft.days.pop()
    people = [draft.person() for _ in range(size)]
    before = sorted(draft.rng.sample(HOURS, size))
    draft.meetings |= {meeting(day, hour): person for hour, person in zip(before, people, strict=True)}
    own = hours(draft.rng, size + 1, size + 1)
    draft.busy(later, own)
    needed: list[Command] = [("day", day), ("day", later)]
    left = list(own)
    for n, (hour, person) in enumerate(zip(before, people, strict=True)):
        chosen = left[draft.rng.randrange(2 if len(left) > size - n else 1)]
        free = {chosen, *(one for one in hours(draft.rng, 2, 4) if one > chosen or one not in left)}
        draft.free[person][DAYS.index(later)] = sorted(free)
        left.remove(chosen)
        needed += [("free", person, later), ("cancel", day, str(hour)), ("book", later, str(chosen), person)]
    draft.job(("shift", day, later), needed)


def basket(draft: Draft) -> None:
    """So many of three things for exactly a sum, at least one of each: one way only."""
    items = [draft.item() for _ in range(3)]
    while True:
        prices = draft.rng.sample(range(2, 25), 3)
        numbers = [draft.rng.randint(1, 9) for _ in items]
        count, money = sum(numbers), sum(p * n for p, n in zip(prices, numbers, strict=True))
        if len(baskets(prices, count, money)) == 1:
            break
    draft.prices |= dict(zip(items, prices, strict=True))
    buys = [("buy", item, str(number)) for item, number in zip(items, numbers, strict=True)]
    draft.job(("basket", tuple(items), count, money), [("shop",), *buys])


def baskets(prices: list[int], count: int, money: int) -> list[tuple[int, int, int]]:
    """All the ways to buy `count` of three things of different prices, at least one of each, for exactly a sum."""
    ways = []
    for a in range(1, count - 1):
        left, rest = count - a, money - prices[0] * a  # b of the second and left - b of the third cost the rest
        b, odd = divmod(rest - prices[2] * left, prices[1] - prices[2])
        if not odd and 1 <= b < left:
            ways.append((a, b, left - b))
    return ways


def match(draft: Draft, size: int) -> None:
    """People on one day, one an hour, each when free: one way only.

    In a hidden order, each can come at an hour of their own, and at hours of people before: so the first has one
    hour, the second one that is left, and so on.
    """
    day, people = draft.days.pop(), [draft.person() for _ in range(size)]
    own = draft.rng.sample(HOURS, size)
    draft.busy(day, own)
    for n, person in enumerate(people):
        earlier = draft.rng.sample(own[:n], min(n, draft.rng.randint(1, 2)))
        closed = [hour for hour in HOURS if hour not in own and draft.rng.random() < 0.5]
        draft.free[person][DAYS.index(day)] = sorted([own[n], *earlier, *closed])
    books: list[Command] = [("book", day, str(hour), person) for person, hour in zip(people, own, strict=True)]
    looks: list[Command] = [("day", day), *(("free", person, day) for person in people)]
    told = tuple(draft.rng.sample(people, size))
    draft.job(("match", told, day), [*looks, *books])


JOBS: dict[str, Callable[..., None]] = {
    "buy": buy,
    "move": move,
    "delete": delete,
    "book": book,
    "note": note,
    "cheapest": cheapest,
    "budget": budget,
    "either": either,
    "chain": chain,
    "first": first,
    "sort": sort,
    "shift": shift,
    "basket": basket,
    "match": match,
}
