"""How submissions compare: pure statistics on scores, one concern a file.

design.py     what a round asks, and how much each part of it weighs
scores.py     all submissions' scores as arrays, one stratum for each task and level
contrasts.py  weighted sums of means with clustered errors: areas, curves, the gap between languages
levels.py     level cleared: a fixed-sequence test
ranks.py      simultaneous rank intervals by a joint cluster bootstrap
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
