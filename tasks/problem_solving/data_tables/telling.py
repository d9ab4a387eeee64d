"""The same tables and question in French and in English."""

from __future__ import annotations

from tasks.problem_solving.data_tables.table import Filter, Problem, Query, Table

_FRENCH_WORDS = {
    "name": "nom", "city": "ville", "team": "équipe", "coach": "entraîneur", "zone": "zone", "bonus": "bonus",
    "points": "points", "books": "livres", "trips": "voyages", "medals": "médailles", "visits": "visites",
    "photos": "photos", "messages": "messages", "plants": "plantes", "stamps": "timbres",
}  # fmt: skip
_WHICH = {"city": "Quelle ville", "team": "Quelle équipe", "coach": "Quel entraîneur", "zone": "Quelle zone"}
_PLACES = {
    "en": ("", "", "second", "third", "fourth"),
    "fr": ("", "", "deuxième", "troisième", "quatrième"),
}


def tell_problem(problem: Problem, language: str) -> str:
    """The tables in Markdown, then the question."""
    tables = "\n\n".join(_markdown(table, language) for table in problem.tables)
    ask = _french if language == "fr" else _english
    return f"{tables}\n\n{ask(problem.query)}"


def _markdown(table: Table, language: str) -> str:
    titles = [_FRENCH_WORDS[column] if language == "fr" else column for column in table.columns]
    lines = [titles, ["---"] * len(titles), *table.rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _group(query: Query, group: str) -> tuple[Filter, ...]:
    """Who is in one of the groups of a comparison."""
    return (Filter(query.by, "is", group), *query.filters) if group else ()


def _english(query: Query) -> str:
    """The question in English."""
    things, among = query.column, _english_people(query.filters)
    amount, total, mean = f"number of {things}", f"total number of {things}", f"mean number of {things}"
    rule = ""
    if query.weighted:
        rule = f"A person's score is their number of {things} multiplied by the bonus of their team. "
        amount, total, mean = "score", "total score", "mean score"
    first = f"Among {among}, " if query.filters else ""
    only = f", counting only {among}" if query.filters else ""
    place = _PLACES["en"][query.place] + " " if query.place > 1 else ""
    extreme = "highest" if query.place > 0 else "lowest"
    high, low = (_english_people(_group(query, one)) for one in query.pair)
    asked = {
        "value": f"How many {things} does {query.who} have?",
        "who": f"Who has {query.value} {things}?",
        "count": f"How many people are there {_english_clauses(query.filters)}?",
        "sum": f"What is the {total} of {among}?",
        "mean": f"What is the {mean} of {among}?",
        "most": f"{first}who has the {extreme} {amount}?",
        "rank": f"{first}who comes {place}by {amount}, from the highest to the lowest?",
        "spread": f"{first}what is the difference between the highest and the lowest {amount}?",
        "difference": f"By how much does the {total} of {high} exceed that of {low}?",
        "group": f"Which {query.by} has the {place}highest {total}{only}?",
        "margin": f"When the {total} is computed for each {query.by}{only}, by how much does the highest one exceed"
        " the second highest one?",
    }[query.kind]
    return rule + asked[0].upper() + asked[1:]


def _english_people(filters: tuple[Filter, ...]) -> str:
    return f"the people {_english_clauses(filters)}" if filters else "all the people"


def _english_clauses(filters: tuple[Filter, ...]) -> str:
    return " and ".join(_english_clause(test) for test in filters)


def _english_clause(test: Filter) -> str:
    if test.test != "is":
        return f"who have {'more' if test.test == 'above' else 'fewer'} than {test.value} {test.column}"
    return {
        "city": f"who live in {test.value}",
        "team": f"who are in team {test.value}",
        "coach": f"whose coach is {test.value}",
        "zone": f"whose city is in zone {test.value}",
    }[test.column]


def _french(query: Query) -> str:
    """La question en français."""
    things, among = _FRENCH_WORDS[query.column], _french_people(query.filters)
    amount, total, mean = f"nombre de {things}", f"nombre total de {things}", f"nombre moyen de {things}"
    rule, highest = "", f"plus grand nombre total de {things}"
    if query.weighted:
        rule = f"Le score d'une personne est son nombre de {things} multiplié par le bonus de son équipe. "
        amount, total, mean, highest = "score", "score total", "score moyen", "plus grand score total"
    first = f"Parmi {_french_people(query.filters)}, " if query.filters else ""
    only = f", en ne comptant que {among}" if query.filters else ""
    place = _PLACES["fr"][query.place] + " " if query.place > 1 else ""
    extreme = "plus grand" if query.place > 0 else "plus petit"
    of = _contracted(among)
    high, low = (_contracted(_french_people(_group(query, one))) for one in query.pair)
    asked = {
        "value": f"Combien de {things} a {query.who} ?",
        "who": f"Qui a {query.value} {things} ?",
        "count": f"Combien y a-t-il de personnes {_french_clauses(query.filters)} ?",
        "sum": f"Quel est le {total} {of} ?",
        "mean": f"Quel est le {mean} {of} ?",
        "most": f"{first}qui a le {extreme} {amount} ?",
        "rank": f"{first}qui arrive à la {place}place pour le {amount}, du plus grand au plus petit ?",
        "spread": f"{first}quelle est la différence entre le plus grand et le plus petit {amount} ?",
        "difference": f"De combien le {total} {high} dépasse-t-il celui {low} ?",
        "group": f"{_WHICH.get(query.by, '')} a le {place}{highest}{only} ?",
        "margin": f"On calcule le {total} pour chaque {_FRENCH_WORDS.get(query.by, '')}{only}. De combien le plus"
        " grand résultat dépasse-t-il le deuxième ?",
    }[query.kind]
    return rule + asked[0].upper() + asked[1:]


def _french_people(filters: tuple[Filter, ...]) -> str:
    return f"les personnes {_french_clauses(filters)}" if filters else "toutes les personnes"


def _contracted(people: str) -> str:
    """`de` before people: "des personnes", "de toutes les personnes"."""
    return f"des {people.removeprefix('les ')}" if people.startswith("les ") else f"de {people}"


def _french_clauses(filters: tuple[Filter, ...]) -> str:
    return " et ".join(_french_clause(test) for test in filters)


def _french_clause(test: Filter) -> str:
    if test.test != "is":
        return f"qui ont {'plus' if test.test == 'above' else 'moins'} de {test.value} {_FRENCH_WORDS[test.column]}"
    return {
        "city": f"qui habitent à {test.value}",
        "team": f"qui sont dans l'équipe {test.value}",
        "coach": f"dont l'entraîneur est {test.value}",
        "zone": f"dont la ville est dans la zone {test.value}",
    }[test.column]
