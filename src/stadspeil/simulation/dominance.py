"""Which options are beaten by another on all counts, as far as chance and coefficients let one say so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import QuestionError

Floats = NDArray[np.float64]
# Of the draws so many may speak against an option that beats another.
DOUBT = 10.0
_NOTHING = 1e-9


def beats(scores: Floats, one: NDArray[np.intp], other: NDArray[np.intp], doubt: float = DOUBT) -> NDArray[np.bool_]:
    """Per pair whether the first option beats the second.

    Shape:   scores[options, draws, criteria], higher is better on each; the draws are the same for all options.
    It does when on no criterion the interval of their difference reaches below nothing, and on one at least it lies
    above. The mean has to agree, so that beating goes round in no circle.
    """
    return _beats(_scaled(scores), one, other, doubt)


def front(scores: Floats, doubt: float = DOUBT) -> NDArray[np.bool_]:
    """Options that no option of the front beats. An option that one of them beats changes nothing, wherever it is added.

    Raises:  QuestionError for scores that are no numbers.
    """
    if scores.ndim != 3 or not np.all(np.isfinite(scores)):
        raise QuestionError(
            "afweging van programma's", "een uitkomst is geen getal", "dit is een fout in het programma; meld het"
        )
    scores = _scaled(scores)
    means = scores.mean(axis=1)
    # Whoever beats another has the higher sum, so in this order all that can beat an option came before it.
    order = np.argsort(-means.sum(axis=1), kind="stable")
    kept: list[int] = []
    inside = np.zeros(len(scores), dtype=bool)
    for option in order:
        rivals = np.array(kept, dtype=np.intp)
        rivals = rivals[np.all(means[rivals] >= means[option] - _NOTHING, axis=1)] if len(kept) else rivals
        if len(rivals) and np.any(_beats(scores, rivals, np.full(len(rivals), option), doubt)):
            continue
        kept.append(int(option))
        inside[option] = True
    return inside


def spread_out(scores: Floats, inside: NDArray[np.bool_], most: int) -> list[int]:
    """A handful of the front that shows its reach: the best on each criterion, then whoever lies farthest from those."""
    rows = np.flatnonzero(inside)
    means = scores.mean(axis=1)[rows]
    reach = np.maximum(means.max(axis=0) - means.min(axis=0), 1e-30)
    places = (means - means.min(axis=0)) / reach
    chosen = list(dict.fromkeys(int(each) for each in places.argmax(axis=0)))[:most]
    while len(chosen) < min(most, len(rows)):
        gap = ((places[:, None] - places[chosen][None]) ** 2).sum(axis=2).min(axis=1)
        gap[chosen] = -1.0
        chosen.append(int(gap.argmax()))
    return [int(rows[each]) for each in chosen]


def _scaled(scores: Floats) -> Floats:
    """Scores in parts of the largest of each criterion, so that nothing is the same nothing everywhere."""
    return scores / np.maximum(np.abs(scores).max(axis=(0, 1)), 1e-30)


def _beats(scores: Floats, one: NDArray[np.intp], other: NDArray[np.intp], doubt: float) -> NDArray[np.bool_]:
    difference = scores[one] - scores[other]
    low, mean = np.percentile(difference, doubt, axis=1), difference.mean(axis=1)
    never_worse = np.all((low >= -_NOTHING) & (mean >= -_NOTHING), axis=1)
    better = np.any((low > _NOTHING) & (mean > _NOTHING), axis=1)
    return np.asarray(never_worse & better)
