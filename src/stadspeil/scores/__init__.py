"""From values to marks and ranks: how an area compares with all areas of its level, and groups with it."""

from stadspeil.scores.marks import MarkRules, MarkScale, fit_scale, report_mark
from stadspeil.scores.ranks import Ranking, position, rank_areas
from stadspeil.scores.scoring import Scores, score_values
from stadspeil.scores.store import write_scores

__all__ = [
    "MarkRules",
    "MarkScale",
    "Ranking",
    "Scores",
    "fit_scale",
    "position",
    "rank_areas",
    "report_mark",
    "score_values",
    "write_scores",
]
