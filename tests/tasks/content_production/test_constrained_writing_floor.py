"""Natural sentences and salads: what the floor of written texts must let through, and what it must not."""

from __future__ import annotations

import pytest

from harness.types import Item
from tasks.content_production.constrained_writing import TASK
from tasks.content_production.constrained_writing import constraints as c

NATURAL = {
    "fr": [
        "Nora a nourri un canard puis a chanté.",
        "« Nora a un canard », a dit Paul.",
        "Bonjour Nora ! Regarde, un canard vole.",
        "Nora a un canard :\nil est blanc.",
        "Nora a un canard.",
        "Le canard de Nora nage bien.",
        "Nora aime ce canard.",
        "Nora voit un canard.",
        "Nora, c'est mon canard !",
        "Nora est partie avec son canard.",
        "Où est le canard de Nora ?",
        "Nora et le canard sont amis.",
        "Voici Nora et son canard.",
        "Nora mange du canard.",
        "Un canard suit Nora partout.",
        "Nora n'aime pas le canard rôti.",
        "Ce matin, Nora a vu un canard sur le lac.",
        "Donne-le à Nora, ce canard !",
        "Nora possède un canard magnifique.",
        "« Attention au canard, Nora ! » cria Paul.",
        "Mon canard s'appelle Nora.",
        "Nora dort ici. Son canard veille près d'elle.",
        "Nora cuisine un canard à l'orange.",
        "Chaque jour, Nora donne du pain au canard.",
        "Nora caressait doucement le canard blessé.",
        "Qui a volé le canard de Nora ?",
        "Nora rit quand le canard plonge.",
        "L'un des canards plonge : le canard de Nora.",
        "Quel beau canard, Nora !",
        "Ma voisine Nora élève un canard.",
        "Hélas ! Nora a perdu son canard hier soir.",
        "Il y a un canard chez Nora.",
    ],
    "en": [
        "Nora saw one duck.",
        "Nora's duck swims well.",
        "Hello Nora! Look, a duck is flying.",
        "Nora has a duck.",
        "The duck follows Nora home.",
        "Nora likes that duck.",
        "Where is the duck, Nora?",
        "Nora fed a hungry duck.",
        "A duck bit Nora yesterday.",
        "Nora, this is my duck!",
        "Nora and the duck are friends.",
        '"Nora has a duck," said Paul.',
        "Every morning, Nora feeds her duck.",
        "Nora doesn't eat duck.",
        "Nora is the duck's best friend.",
        "My duck loves Nora.",
        "Nora laughed because the duck fell over.",
        "The duck Nora bought can sing.",
        "Nora carried the duck in.",
        "Nora wants a duck.",
        "Watch out, Nora, the duck bites!",
        "Nora paints a duck every day.",
        "Nora's little brother draws a yellow duck.",
        "Yesterday Nora chased two ducks and one duck escaped.",
        "Nora gave her duck some bread.",
        "Does Nora know your duck?",
        "Nora is asleep. Her duck keeps watch.",
        "It was Nora who found the duck.",
        "Nora looked at the duck and smiled.",
        "There is a duck near Nora.",
    ],
}
SALADS = {
    "fr": [
        "Nora canard la le.",
        "Zz Nora canard le.",
        "Qui canard si Nora.",
        "Nora canard et ou mais en dans sur.",
        "Nora le canard de.",
        "Nora et canard.",
        "Nora avec le canard.",
        "Le la les Nora canard vole.",
        "Nora un une canard mange.",
        "Et ou Nora canard mange.",
        "Nora canard.",
        "Nora, canard, le, la.",
        "Nora canard Nora canard.",
        "Nora, un canard.",
        "De Nora dans le canard.",
        "Les mots Nora canard et.",
        "Nora the duck is a canard.",
        "Canard bleu Nora chez.",
        "Nora mange le canard et.",
        "Nora voit un canard qui.",
        "Le canard sur Nora sous.",
        "Nora ou le canard ou la.",
        "Nora canard oui oui oui oui oui.",
        "Paul dans chez Nora canard.",
        "Nora qui que le canard.",
        "Le et la canard Nora danse.",
        "Ne pas Nora canard.",
        "Nora nora canard canard canard le.",
        "Blip Nora canard du.",
        "Nora canard a.",
        "Nora a un canard",
        "Nora mais le canard.",
    ],
    "en": [
        "X nora duck the.",
        "Nora duck the a.",
        "Zz Nora duck the.",
        "Who duck if Nora.",
        "Nora duck and or but in on.",
        "Nora and duck.",
        "Nora with the duck.",
        "The a an Nora duck flies.",
        "Nora a the duck eats.",
        "And or Nora duck eats.",
        "Nora duck.",
        "Nora, duck, the, an.",
        "Nora duck Nora duck.",
        "Nora, a duck.",
        "Of Nora in the duck.",
        "The words Nora duck and.",
        "Nora le canard est un duck dans la.",
        "Blue duck Nora from.",
        "Nora eats the duck and.",
        "Nora sees a duck if.",
        "The duck on Nora under.",
        "Nora or the duck or my.",
        "Nora duck yes yes yes yes yes.",
        "Paul of from Nora duck.",
        "Nora who the of duck.",
        "The and a duck Nora dances.",
        "Not with Nora duck.",
        "Blip Nora duck an.",
        "Nora has a duck",
        "Nora but the duck.",
        "Nora duck this that.",
        "The duck Nora every.",
    ],
}


def item(language: str) -> Item:
    """An item that asks for a name and a noun."""
    wanted = c.Include(("Nora", "canard" if language == "fr" else "duck"))
    data = {"constraints": [wanted.to_json()]}
    return Item("x", TASK.card.name, 1, language, "x", 0, wanted.say(language), "", data=data)


@pytest.mark.parametrize(("language", "text"), [(lang, text) for lang, texts in NATURAL.items() for text in texts])
def test_a_natural_sentence_is_a_text(language: str, text: str) -> None:
    """Short, spoken and literary sentences with the words asked for score."""
    judged = TASK.judge(item(language), text)
    assert judged.value == 1.0, judged.reason


@pytest.mark.parametrize(("language", "text"), [(lang, text) for lang, texts in SALADS.items() for text in texts])
def test_a_salad_is_no_text(language: str, text: str) -> None:
    """Words in a row, a sentence that stops at an article, and another language score nothing."""
    assert TASK.judge(item(language), text).value == 0.0


def test_a_word_asked_for_can_be_the_verb() -> None:
    """The word "montre" is a watch and a verb: a sentence may have no other verb than a word of the conditions."""
    wanted = c.Include(("Nora", "montre", "camion"))
    data = {"constraints": [wanted.to_json()]}
    asked = Item("x", TASK.card.name, 1, "fr", "x", 0, wanted.say("fr"), "", data=data)
    assert TASK.judge(asked, "Nora montre un camion et une montre à Paul.").value == 1.0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_witness_falls_under_the_floor(language: str) -> None:
    """Generated texts of every level are texts."""
    for level in range(1, TASK.card.levels + 1):
        for made in TASK.items(level, language, "floor", 40):
            assert TASK.judge(made, made.target).value == 1.0, made.target
