"""Worlds in which studies were done of which the truth is known: what works on average, how far places lie apart, how
far a report overstates. From these the studies are drawn that the library would hold, and what is true in one place."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from appraisal_packages import study

from stadspeil.appraisal.pert import pert
from stadspeil.appraisal.pooling import Beliefs
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.catalogue.appraisal_entries import EffectUnit, Strength, Study
from stadspeil.sources.nieuwland.working import Kind

OURS = load_catalogue()


@dataclass(frozen=True)
class Design:
    """How a study was done: `error` is its standard error in standard deviations (elsewhere: times the scale)."""

    strength: Strength = "A"
    error: float = 0.1
    country: str = "NL"


@dataclass(frozen=True)
class Nature:
    """How reports truly overstate by strength, where it is not as the library believes; and whether places are as far
    apart from each other as the studied ones."""

    trust: Mapping[str, float] = field(default_factory=dict)
    bias: Mapping[str, float] = field(default_factory=dict)
    as_studied: bool = False


@dataclass(frozen=True)
class World:
    """The studies of a pool, and what is true: on average over places, and here."""

    studies: tuple[Study, ...]
    average: float
    here: float


def world(
    rng: np.random.Generator, designs: Sequence[Design], beliefs: Beliefs, *, unit: EffectUnit = "sd", scale: float = 1.0,
    nature: Nature = Nature(), pool: str = "proef",
) -> World:  # fmt: skip
    """Draw what is true from what is believed before any study, then the studies, then one place more."""
    average = beliefs.mean * scale * rng.standard_normal()
    apart = beliefs.spread * scale * abs(rng.standard_normal())
    studies = tuple(
        _reported(rng, f"{pool}_{number}", design, average + apart * rng.standard_normal(), beliefs, unit, scale, nature, pool)
        for number, design in enumerate(designs)
    )  # fmt: skip
    foreign = sum(each.country != "NL" for each in designs) / len(designs)
    stretch = 1.0 + (beliefs.abroad - 1.0) * foreign
    transfer = stretch * (beliefs.transfer_spread * apart + beliefs.transfer_mean * abs(average))
    width = apart if nature.as_studied else math.hypot(apart, transfer)
    return World(studies, average, Kind(unit, average, width).here(rng))


def _reported(
    rng: np.random.Generator, id: str, design: Design, found: float, beliefs: Beliefs, unit: EffectUnit, scale: float,
    nature: Nature, pool: str,
) -> Study:  # fmt: skip
    """What a study writes of what it truly found: overstated by its design, and off by chance and by what that hides."""
    trust = nature.trust.get(design.strength, beliefs.trust[design.strength])
    bias = nature.bias.get(design.strength, beliefs.bias[design.strength])
    error = design.error * scale
    seen = (found + error * rng.standard_normal()) / trust
    told = seen + bias / trust * abs(seen) * rng.standard_normal()
    half = beliefs.interval / 2 * error
    return study(
        id=id, pool=pool, unit=unit, effect=told, low=told - half, high=told + half, strength=design.strength,
        country=design.country,
    )  # fmt: skip


def studied(catalogue: Catalogue, studies: Sequence[Study]) -> Catalogue:
    """A catalogue in which these studies are the only ones of their pools."""
    pools = {each.pool for each in studies}
    kept = {id: each for id, each in catalogue.studies.items() if each.pool not in pools}
    return dataclasses.replace(catalogue, studies={**kept, **{each.id: each for each in studies}})


def truly_reached(rng: np.random.Generator, reach: tuple[float, float, float]) -> float:
    """The share that is reached here, as the catalogue believes it."""
    return float(pert(rng, *reach, 1)[0])
