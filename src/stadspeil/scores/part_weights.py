"""Weights of the parts of a composite, each kind with what a reader must know to trust it, or not.

A weight from data says how parts hang together, never how much they matter, and never what causes what. Shown with it:
how much of the target the parts foretell in provinces that were left out, how often a part is chosen, what pulls against.
Sources:  OECD/JRC Handbook 2008, step 6; Kaiser 1958 (varimax); Paruolo, Saisana & Saltelli 2013.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import nnls

from stadspeil.areas import AreaRegister
from stadspeil.catalogue.entries import WeightMethod
from stadspeil.catalogue.reader import near_match
from stadspeil.errors import CatalogueError, QuestionError
from stadspeil.scores.internal_checks import effective_importance, weights_for_importance
from stadspeil.scores.rotation import principal_loadings, varimax

# Shares of the variance of the parts: 0 is plain least squares.
PENALTIES = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
DRAWS = 200
# Fewer provinces than this are no test of what is foretold elsewhere; then runs of codes are left out instead.
FEWEST_BLOCKS = 5
_RUNS = 20
_NOTHING = 1e-9
# A loading nearer to nought may have either sign by chance.
_AGAINST = -0.1
# Importances further than this from the wanted ones are a miss that the reader is told of.
_NEAR = 0.02


@dataclass(frozen=True)
class Weights:
    """Weights by part, adding up to one, and what is known about them.

    `diagnostics` are figures by name; `inclusion` is by part the share of bootstrap draws that give it a weight
    (regression only); `notes` are whole Dutch sentences.
    """

    method: WeightMethod
    by_part: dict[str, float]
    diagnostics: dict[str, float] = field(default_factory=dict)
    inclusion: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def equal_weights(parts: Sequence[str]) -> Weights:
    """The same weight for every part."""
    if not parts:
        raise QuestionError("gewichten", "er zijn geen delen", "geef minstens één deel")
    return Weights("equal", dict.fromkeys(parts, 1 / len(parts)))


def declared_weights(parts: Sequence[str], given: Mapping[str, float], where: str) -> Weights:
    """Weights as somebody gave them, made to add up to one.

    Raises:  CatalogueError naming every part that is unknown, forgotten, negative or no number, all at once.
    """
    problems = weight_problems(parts, given)
    if problems:
        raise CatalogueError(where, problems, "geef elk deel één gewicht van 0 of hoger")
    total = sum(given.values())
    return Weights("declared", {part: given[part] / total for part in parts})


def weight_problems(parts: Sequence[str], given: Mapping[str, float]) -> list[str]:
    """All that is wrong with weights that somebody gave, as whole Dutch sentences."""
    if not given:
        return ["er is geen enkel gewicht"]
    problems = [f"'{name}' is geen deel{near_match(name, parts)}" for name in given if name not in parts]
    problems += [
        f"deel '{part}' heeft geen gewicht; geef 0 als het niet meetelt" for part in parts if part not in given
    ]
    problems += [
        f"gewicht van '{name}' is {value:g}; verwacht 0 of hoger"
        for name, value in given.items()
        if not (np.isfinite(value) and value >= 0)
    ]
    if not problems and not sum(given.values()) > 0:
        problems.append("de gewichten zijn samen 0; geef ten minste een deel gewicht")
    return problems


def component_weights(marks: np.ndarray, parts: Sequence[str], components: int | None = None) -> Weights:
    """Weights by main components, turned so that each part belongs to one: its largest loading squared.

    The Handbook divides a squared loading by the variance of its component and multiplies by that component's share of
    all that is explained; the variance cancels, so that what remains is the squared loading itself.
    Shape:   marks (n, k); areas without all parts are left out. `components` None keeps those of Kaiser's rule.
    Raises:  QuestionError with too few areas, or where nothing differs.
    """
    complete, note = _complete(marks, parts)
    moving = complete.std(axis=0) > _NOTHING
    if not moving.any():
        raise QuestionError("gewichten", "geen enkel deel verschilt tussen gebieden", "kies gelijke gewichten")
    found = principal_loadings(complete[:, moving], components)
    turned = varimax(found.loadings)
    turned *= np.where(turned.sum(axis=0) < 0, -1.0, 1.0)
    largest = turned[np.arange(len(turned)), np.abs(turned).argmax(axis=1)]
    weights = np.zeros(len(parts))
    weights[moving] = largest**2
    names = np.array(parts)
    against = [part for part, loading in zip(names[moving], largest, strict=True) if loading < _AGAINST]
    notes = [*note, *(f"deel '{part}' verschilt nergens en weegt niet mee" for part in names[~moving])]
    notes += [f"deel '{part}' gaat tegen zijn component in" for part in against]
    return Weights(
        "pca", _shares(weights, parts),
        {"areas": float(len(complete)), "components": float(turned.shape[1]), "explained": found.explained,
         "negative": len(against) / len(largest)},
        notes=tuple(notes),
    )  # fmt: skip


def entropy_weights(marks: np.ndarray, parts: Sequence[str]) -> Weights:
    """Weights by how unequally a part is spread over the areas: what is alike everywhere tells nobody apart.

    Source:  Shannon's entropy as in Hwang & Yoon 1981, 'Multiple Attribute Decision Making'.
    Raises:  QuestionError with too few areas, or where nothing differs.
    """
    complete, note = _complete(marks, parts)
    shares = complete / complete.sum(axis=0)
    told = np.clip(1 + (shares * np.log(shares)).sum(axis=0) / np.log(len(shares)), 0, None)
    # What is left of a part that never differs is the rounding of the computer.
    told[told < 1e-12] = 0
    if not told.sum() > 0:
        raise QuestionError("gewichten", "geen enkel deel verschilt tussen gebieden", "kies gelijke gewichten")
    return Weights("entropy", _shares(told, parts), {"areas": float(len(complete))}, notes=note)


def optimised_weights(marks: np.ndarray, parts: Sequence[str], wanted: Mapping[str, float], where: str) -> Weights:
    """Weights at which each part decides as much of the composite as its wanted share says.

    Raises:  CatalogueError as declared_weights; QuestionError with too few areas.
    """
    share = np.array(list(declared_weights(parts, wanted, where).by_part.values()))
    complete, note = _complete(marks, parts)
    found = weights_for_importance(complete, share)
    miss = float(np.abs(effective_importance(complete, complete @ found) - share).max())
    notes = note if miss <= _NEAR else (*note, f"het gewenste belang is niet haalbaar: een deel wijkt {miss:.2f} af")
    return Weights("optimised", _shares(found, parts), {"areas": float(len(complete)), "miss": miss}, notes=notes)


def regression_weights(
    marks: np.ndarray,
    target: np.ndarray,
    parts: Sequence[str],
    blocks: np.ndarray,
    rng: np.random.Generator | None = None,
    draws: int = DRAWS,
) -> Weights:
    """Weights, none below zero, with which the parts foretell a target best in blocks that were left out (ridge).

    `r2` is the share of the target foretold in blocks left out; the penalty is chosen on the same blocks, so it
    flatters a little. Whole blocks are drawn again for `inclusion`, as neighbours are no independent witnesses;
    without `rng` that is left out.
    Shape:   marks (n, k), target (n,), blocks (n,) labels such as provinces; incomplete areas are left out.
    Raises:  QuestionError with too few areas, fewer than two blocks, or where no part foretells anything.
    """
    known = ~np.isnan(np.column_stack([marks, target])).any(axis=1)
    complete, note = _complete(np.where(known[:, None], marks, np.nan), parts)
    goal, labels = target[known], np.unique(blocks[known], return_inverse=True)[1]
    if labels.max() < 1:
        raise QuestionError("gewichten", "alle gebieden liggen in één blok", "geef minstens twee blokken")
    errors = [_error_left_out(complete, goal, labels, penalty) for penalty in PENALTIES]
    best = int(np.argmin(errors))
    found = _ridge(complete, goal, PENALTIES[best])
    if not found.sum() > _NOTHING:
        raise QuestionError(
            "gewichten", "geen enkel deel voorspelt het doel", "kies een ander doel of gelijke gewichten"
        )
    r2 = 1 - errors[best] / _error_left_out(complete[:, :0], goal, labels, 0.0)
    notes = list(note) if r2 > 0 else [*note, "de delen voorspellen het doel elders niet beter dan het gemiddelde"]
    inclusion = {}
    if rng is not None:
        chosen = _inclusion(complete, goal, labels, PENALTIES[best], draws, rng)
        inclusion = dict(zip(parts, chosen.tolist(), strict=True))
    return Weights(
        "regression", _shares(found, parts),
        {"areas": float(len(goal)), "blocks": float(labels.max() + 1), "r2": r2, "penalty": PENALTIES[best]},
        inclusion, tuple(notes),
    )  # fmt: skip


def blocks_of(areas: Sequence[str], register: AreaRegister) -> np.ndarray:
    """A label per gemeente: its province, or where there are too few of those its run of codes in order."""
    provinces = [register.province(area) for area in areas]
    if len(set(provinces)) >= FEWEST_BLOCKS:
        return np.array(provinces)
    order = np.argsort(np.argsort(np.array(areas)))
    return np.asarray(order * min(_RUNS, len(areas)) // max(1, len(areas)))


def _ridge(marks: np.ndarray, goal: np.ndarray, penalty: float) -> np.ndarray:
    """Coefficients; the penalty is a share of the parts' own variance, so that the unit does not matter."""
    centred, parts = marks - marks.mean(axis=0), marks.shape[1]
    if not parts:
        return np.zeros(0)
    weight = np.sqrt(penalty * len(goal) * centred.var(axis=0).mean())
    rows = np.vstack([centred, weight * np.eye(parts)])
    return np.asarray(nnls(rows, np.concatenate([goal - goal.mean(), np.zeros(parts)]))[0])


def _error_left_out(marks: np.ndarray, goal: np.ndarray, labels: np.ndarray, penalty: float) -> float:
    """Squared error over blocks that were left out, one at a time."""
    total = 0.0
    for each in range(int(labels.max()) + 1):
        seen, left = labels != each, labels == each
        weights = _ridge(marks[seen], goal[seen], penalty)
        foretold = goal[seen].mean() + (marks[left] - marks[seen].mean(axis=0)) @ weights
        total += float(((goal[left] - foretold) ** 2).sum())
    return total


def _inclusion(
    marks: np.ndarray, goal: np.ndarray, labels: np.ndarray, penalty: float, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """By part the share of draws of whole blocks in which it gets a weight."""
    members = [np.flatnonzero(labels == label) for label in range(int(labels.max()) + 1)]
    times = np.zeros(marks.shape[1])
    for _ in range(draws):
        drawn = np.concatenate([members[each] for each in rng.integers(0, len(members), len(members))])
        times += _ridge(marks[drawn], goal[drawn], penalty) > _NOTHING
    return times / draws


def _complete(marks: np.ndarray, parts: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Areas that have all parts, and a note on those left out."""
    known = ~np.isnan(marks).any(axis=1)
    if known.sum() <= len(parts) + 1:
        raise QuestionError(
            "gewichten",
            f"{int(known.sum())} gebieden hebben alle {len(parts)} delen",
            f"geef er minstens {len(parts) + 2}, of kies gelijke gewichten",
        )
    left = int((~known).sum())
    return marks[known], (f"{left} gebieden zonder alle delen tellen niet mee",) if left else ()


def _shares(weights: np.ndarray, parts: Sequence[str]) -> dict[str, float]:
    return dict(zip(parts, (weights / weights.sum()).tolist(), strict=True))
