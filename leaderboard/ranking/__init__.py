"""How submissions compare: pure statistics on scores, one concern a file.

design.py     what a round asks, and how much each part of it weighs
rows.py       a submission's scores as columns, what records share held once
scores.py     all submissions' scores as arrays, one stratum for each task and level
contrasts.py  weighted sums of means with clustered errors: areas, curves, the gap between languages
levels.py     level cleared: a fixed-sequence test
ranks.py      simultaneous rank intervals by a joint cluster bootstrap
increment.py  the same ranks when one more submission arrives
deviations.py the largest of many studentised deviations, one number a replicate
pairs.py      two submissions compared, and the items it takes to tell them apart
summary.py    everything a page says of a submission, for all at once

Where a round stops asking by itself:

stopped.py    level cleared, of every answer
combined.py   what the tasks' bets show together of their weighted mean

Items, abilities and rounds, which decide no rank:

responses.py  answers as item response theory reads them
ability.py    items' difficulty and submissions' ability, 1PL and 2PL
horizons.py   the level at which a submission succeeds half, or four fifths, of the time
items.py      items that tell nothing, or the wrong thing
equating.py   two rounds on one scale, by anchor items, with an alarm for those that drifted

Open-ended production by blind pairs, a column of its own:

pairwise.py   strengths by Bradley and Terry's model
style.py      length and layout, which are held constant
agreement.py  whether a judge model agrees with people, and which way it leans
predictions.py  people's labels and a model's, put together without its bias
"""

from leaderboard.ranking.contrasts import Interval, contrast, curve
from leaderboard.ranking.design import Design, TaskDesign, Weights, area_weights, gap_weights
from leaderboard.ranking.levels import LevelTest, certifiable, overall_levels, task_levels
from leaderboard.ranking.ranks import Ranking, rank
from leaderboard.ranking.scores import Scores, Stratum, assemble

__all__ = [
    "Design",
    "Interval",
    "LevelTest",
    "Ranking",
    "Scores",
    "Stratum",
    "TaskDesign",
    "Weights",
    "area_weights",
    "assemble",
    "certifiable",
    "contrast",
    "curve",
    "gap_weights",
    "overall_levels",
    "rank",
    "task_levels",
]
