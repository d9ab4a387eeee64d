"""What the pages say: sentences that follow from the table, in words, and hold whatever the round."""

from collections.abc import Callable
from typing import Any

from leaderboard.site import routes
from leaderboard.site.pages import render_pages
from leaderboard.site.sources import Sources

Table = dict[str, Any]


def test_very_long_names_do_not_swamp_the_tables(make_table: Callable[..., Table]) -> None:
    """A title of 10,000 characters is cut in tables and titles, and whole once on its own page."""
    table, name = make_table(submissions=2, tasks=1, levels=2), "W" * 10_000
    table["standings"][0]["title"] = name
    pages = dict(render_pages(Sources(table)))
    assert not any(name in html for path, html in pages.items() if "submissions" not in path)
    row = table["standings"][0]
    assert pages[f"fr/{routes.submission_page(row['team'], row['entry'])}"].count(name) == 1


def test_small_rounds_have_their_own_sentences(make_table: Callable[..., Table]) -> None:
    """One ranked entry, none, or no real difference: each is said in words."""
    alone = make_table(submissions=1, tasks=1, levels=2)
    assert "Une seule soumission est classée" in dict(render_pages(Sources(alone)))["fr/index.html"]
    nobody = make_table(submissions=1, tasks=1, levels=2)
    nobody["standings"][0].update(rank=None)
    pages = dict(render_pages(Sources(nobody)))
    assert "No submission is ranked yet" in pages["en/index.html"]
    assert "No submission is ranked yet" in pages["index.html"]
    tied = make_table(submissions=2, tasks=1, levels=2)
    tied["comparisons"][0]["real"] = False
    for row in tied["standings"][:2]:
        row["rank"] = [1, 2]
    assert "no submission is shown to be ahead of any of them" in dict(render_pages(Sources(tied)))["en/index.html"]


def test_a_clear_leader_is_said_to_lead(make_table: Callable[..., Table]) -> None:
    """First place alone is said only where the leader's rank is 1 to 1."""
    table = make_table(submissions=3, tasks=1, levels=2)
    table["standings"] = [row for row in table["standings"] if row["team"] != "helios"]
    table["comparisons"] = [pair for pair in table["comparisons"] if "helios/helios-large" not in pair.values()]
    table["standings"][0]["rank"], table["standings"][1]["rank"] = [1, 1], [2, 2]
    assert "holds first place alone" in dict(render_pages(Sources(table)))["en/index.html"]
    table["standings"][0]["rank"] = [1, 2]
    assert "not shown over all of them" in dict(render_pages(Sources(table)))["en/index.html"]


def test_pages_say_how_far_the_questions_reach(pages: dict[str, str], make_table: Callable[..., Table]) -> None:
    """What perfect answers certify stands by the ladder, by the reference points and in the method, in words."""
    french = (
        "certifient, pour l’ensemble des épreuves et sur 10 niveaux\N{NO-BREAK SPACE}:"
        " le niveau 9 au seuil 50, le niveau 7 au seuil 80"
    )
    english = "certify, for all tasks together and out of 10 levels: level 9 at threshold 50, level 7 at threshold 80"
    for code, sentence in (("fr", french), ("en", english)):
        assert pages[f"{code}/index.html"].count(sentence) == 2
        assert sentence in pages[f"{code}/method.html"]
    few = dict(render_pages(Sources(make_table(submissions=1, tasks=1, levels=2))))
    assert "level 1 at threshold 50, no level at threshold 80" in few["en/index.html"]


def test_a_gap_between_languages_is_established_only_outside_zero(make_table: Callable[..., Table]) -> None:
    """The sentence follows the interval, claims no cause, and 0,0 is singular in French."""
    table = make_table(submissions=1, tasks=1, levels=2)
    gaps = ((0.05, 0.01, 0.09), (-0.05, -0.09, -0.01), (0.0, -0.04, 0.04))
    said = []
    for value, low, high in gaps:
        table["standings"][0]["language_gap"] = {"value": value, "low": low, "high": high}
        said.append(dict(render_pages(Sources(table)))["fr/submissions/atelier-loire--cormoran-8b.html"])
    assert ["un écart entre les langues est établi" in page for page in said] == [True, True, False]
    assert "aucun écart entre les langues n’est établi" in said[2]
    assert "0,0 point (" in said[2]
    assert "+5,0 points (" in said[0]


def test_a_single_place_is_no_range(make_table: Callable[..., Table]) -> None:
    """The drawing of one place is called by it, and not "between 1 and 1"."""
    table = make_table(submissions=1, tasks=1, levels=2)
    row = table["standings"][0]
    own = dict(render_pages(Sources(table)))[f"en/{routes.submission_page(row['team'], row['entry'])}"]
    assert "Rank 1 of 1" in own
    assert "between 1 and 1" not in own


def test_an_entry_without_a_rank_says_what_is_missing_in_its_language(make_table: Callable[..., Table]) -> None:
    """A finished run that lacks items says how many have a result, in French too; a mute level is said as such."""
    table = make_table(submissions=1, tasks=1, levels=2)
    row, path = table["standings"][0], "fr/submissions/atelier-loire--cormoran-8b.html"
    row.update(rank=None, reason="50 of 80 items have a result", items=50)
    page = dict(render_pages(Sources(table)))[path]
    assert "50 sur 80." in page
    assert "items have a result" not in page
    row.update(items=80, reason="nothing could be scored in a level 1 (fr)")
    assert "aucune question n’a pu être notée" in dict(render_pages(Sources(table)))[path]
    next(iter(row["by_task"].values())).update(unscored=0.05)
    spared = dict(render_pages(Sources(table)))
    assert "Dans une épreuve, plus de 1\N{NARROW NO-BREAK SPACE}% des questions" in spared[path]
    assert "More than 1% of the questions of one task" in spared[path.replace("fr/", "en/")]
    row.update(division="refused")
    assert "évaluée dans les conditions de la manche" in dict(render_pages(Sources(table)))[path]


def test_conditions_and_ways_of_prompting_are_in_words(make_table: Callable[..., Table]) -> None:
    """Known keys and values have words in both languages; a package keeps its name, a number its unit."""
    table = make_table(submissions=1, tasks=1, levels=2)
    hardware = {"processor": "Xeon", "memory_bytes": 3 * 1024**3, "accelerators": [], "fan": 3}
    hardware |= {"smt": False, "microcode": None}
    table["standings"][0]["conditions"] = {"hardware": hardware, "packages": {"torch": "2"}, "network": "not isolated"}
    pages = dict(render_pages(Sources(table)))
    french, english = (pages[f"{code}/submissions/atelier-loire--cormoran-8b.html"] for code in ("fr", "en"))
    for words in (
        "Processeur",
        "3,0\N{NO-BREAK SPACE}Gio",
        "aucun",
        "Paquet torch",
        "non isolé",
        "en conversation",
        "hardware.fan",
        ">non<",
        "non renseigné",
    ):
        assert words in french, words
    for words in (
        "Processor",
        "3.0 GiB",
        "none",
        "Package torch",
        "not isolated",
        "as a conversation",
        ">no<",
        "not known",
    ):
        assert words in english, words
    assert "not isolated" not in french
    for page, words in ((french, (">non<", "non renseigné")), (english, (">no<", "not known"))):
        assert all(word in page for word in words)


def test_the_open_division_is_listed_apart(make_table: Callable[..., Table]) -> None:
    """An entry of the open division has a table of its own, no rank on its page, and says what differs."""
    table = make_table(submissions=3, tasks=1, levels=2)
    row = next(row for row in table["standings"] if row["entry"] == "manchot")
    row.update(division="open", departures=["engines", "network"], late=0.25)
    table["comparisons"] = [pair for pair in table["comparisons"] if row["submission"] not in (pair["a"], pair["b"])]
    pages = dict(render_pages(Sources(table)))
    for code, words in (
        ("fr", ("Division ouverte", "le moteur, l’accès au réseau.", "Sans réponse à temps")),
        ("en", ("Open division", "the engine, access to the network.", "Not answered in time")),
    ):
        home, page = pages[f"{code}/index.html"], pages[f"{code}/submissions/pole-sud--manchot.html"]
        ranked, _, apart = home.partition('<section aria-labelledby="open">')
        assert "pole-sud--manchot" not in ranked
        assert "pole-sud--manchot" in apart
        for word in words:
            assert word in page, word
        assert 'class="place"' not in page
        assert words[0] in pages[f"{code}/tasks/problem_solving--word_problems.html"]


def test_energy_says_what_was_measured(make_table: Callable[..., Table]) -> None:
    """Joules with scope, idle power and what a right answer took; without a counter the page says not measured."""
    table = make_table(submissions=2, tasks=1, levels=2)
    name = table["tasks"][0]["name"]
    figures = {"measured": True, "joules": 12_345.6, "per_correct": 41.25, "idle": "subtract", "scope": "gpu+package"}
    row = next(row for row in table["standings"] if row["entry"] == "cormoran-8b")
    row["energy"] = {**figures, "by_task": {name: 12_345.6}, "why": ""}
    pages = dict(render_pages(Sources(table)))
    french = "12,3 kJ, d’après les compteurs matériels (GPU et processeur)", "est déduite", "41,2 J", "mots : 12,3 kJ"
    english = "12.3 kJ, read from hardware counters (GPUs and processor)", "is taken off", "41.2 J", "problems: 12.3 kJ"
    for code, words in (("fr", french), ("en", english)):
        page = pages[f"{code}/submissions/atelier-loire--cormoran-8b.html"].replace("\N{NO-BREAK SPACE}", " ")
        for word in words:
            assert word in page, word
    assert "non mesurée" in pages["fr/submissions/helios--helios-large.html"]
    assert "not measured" in pages["en/submissions/helios--helios-large.html"]


def test_reference_points_are_the_organisers_own(pages: dict[str, str]) -> None:
    """A baseline's page claims no team's words, and what a model would declare does not apply to it."""
    page = pages["fr/submissions/baselines--oracle.html"]
    assert "Une soumission des organisateurs" in page
    assert "de sa plume" not in page
    assert page.count("sans objet") == 5
    assert "de sa plume" in pages["fr/submissions/helios--helios-large.html"]


def test_samples_set_json_apart(make_table: Callable[..., Table]) -> None:
    """A schema within a question and an answer in JSON are code; an answer to write is one that scores 1."""
    table = make_table(submissions=1, tasks=2, levels=2)
    sample = table["tasks"][0]["samples"][0]
    sample.update(question='Schéma : {"type":"object"}\nTexte : {voir} []', answer='{"nom": "Lou"}')
    pages = dict(render_pages(Sources(table)))
    page = pages["fr/tasks/problem_solving--word_problems.html"]
    assert "<pre><code>{&#34;type&#34;:&#34;object&#34;}</code></pre>Texte : {voir} []</div>" in page
    assert "<pre><code>{&#34;nom&#34;: &#34;Lou&#34;}</code></pre>" in page
    assert "Une réponse qui obtient tous les points" in page
    assert "Réponse attendue" not in page
    assert "Réponse attendue" in pages["fr/tasks/problem_solving--truth_tellers.html"]


def test_a_task_says_which_of_its_levels_are_asked(pages: dict[str, str]) -> None:
    """The ladder describes the whole task; the page says how much of it this round asks."""
    for code, sentence in (("fr", "cette manche pose les niveaux 1 à 10"), ("en", "this round asks levels 1 to 10")):
        assert sentence in pages[f"{code}/tasks/problem_solving--word_problems.html"]


def test_no_real_difference_is_said_in_words(make_table: Callable[..., Table]) -> None:
    """`0 real differences` is never shown."""
    table = make_table(submissions=3, tasks=1, levels=2)
    for pair in table["comparisons"]:
        pair["real"] = False
    pages = dict(render_pages(Sources(table)))
    assert "Aucune différence n’est établie pour les 3 paires" in pages["fr/index.html"]
    assert "No difference is shown in the 3 pairs" in pages["en/index.html"]


def test_the_organisers_own_entries_have_names_in_both_languages(make_table: Callable[..., Table]) -> None:
    """A French reader meets an answer at random, not "Random"; a team's entry of that title keeps its own."""
    table = make_table(submissions=2, tasks=1, levels=2)
    table["standings"][1]["title"] = "Random"
    pages = dict(render_pages(Sources(table)))
    assert "Réponse au hasard</bdi></h1>" in pages["fr/submissions/baselines--random.html"]
    assert "Random answer</bdi></h1>" in pages["en/submissions/baselines--random.html"]
    row = table["standings"][1]
    assert "Random" in pages[f"fr/submissions/{row['team']}--{row['entry']}.html"].split("<h1>")[1].split("</h1>")[0]
