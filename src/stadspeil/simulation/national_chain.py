"""The chain of vacancies of the country: solved so that it gives the published links, and as few free choices as can be.

Three chances are solved: that a new owner-occupied home hands the chain on (from the first link), and that a standing
owner-occupied and a private rented home do (from the second link and the tail). Social rent follows from re-lettings by
corporaties. The chain falls from 0.59 to about 0.47 a link because later vacancies are more often rented and small: it
need not be given. How all others split stands in `catalogue/parameters/vacancy_chain.toml`, with provenance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import FORMS, OWNER, PRICES, PRIVATE, SEGMENTS, SOCIAL, TENURES
from stadspeil.simulation.targets import Target, targets_from
from stadspeil.simulation.vacancy_chain import STATES, Chain, Floats, check_chain

USED = ("v1_schakel_1", "v1_verhouding_2_1", "v1b_staart", "v5_doorgaan_corporatie")
_NAMES = ("koop", "corporatie", "particulier")
_ENDS = ("starter", "achterblijver", "buitenland", "terugkeer", "onttrokken")
_TENURE = np.arange(SEGMENTS) // (len(FORMS) * len(PRICES))
_FORM = np.arange(SEGMENTS) // len(PRICES) % len(FORMS)
_PRICE = np.arange(SEGMENTS) % len(PRICES)


def national_chain(catalogue: Catalogue, targets: Mapping[str, Target] | None = None) -> Chain:
    """The chain that gives the first link, the second and the tail of the evidence for the country's mix of new homes.

    Raises:  QuestionError when no chances give the targets.
    """
    aims = dict(targets) if targets is not None else targets_from(catalogue, USED)
    link, ratio, tail, social = (aims[id].value for id in USED)
    mix, ends = national_mix(catalogue), _endings(catalogue)
    leaves, leaves_new = _left_behind(catalogue, "keten"), _left_behind(catalogue, "keten_nieuw")
    contrast = _contrast(catalogue)
    fixed = float(np.log(social / (1 - social)))
    private_gap = catalogue.parameter("keten_nieuw_particulier_op_koop")

    def first(x: Floats) -> Floats:
        return _chance(np.array([x[0], fixed, x[0] + private_gap]), contrast)

    def later(x: Floats) -> Floats:
        return _chance(np.array([x[0], fixed, x[1]]), contrast)

    new = _solved(lambda x: np.array([mix @ first(x) - link]), np.array([1.0]), aims)
    freed = (mix * first(new)) @ leaves_new

    def misses(x: Floats) -> Floats:
        onward = later(x)[:, None] * leaves
        second = freed @ onward
        rest = np.linalg.solve(np.eye(SEGMENTS) - onward.T, onward.T @ second)
        return np.array([second.sum() - ratio * link, rest.sum() - tail])

    standing = _solved(misses, np.array([0.9, -0.8]), aims)
    rows = np.full(SEGMENTS, catalogue.parameter("keten_rust_op"))
    return check_chain(
        Chain(
            states=STATES,
            first_onward=first(new)[:, None] * leaves_new, first_ends=(1 - first(new))[:, None] * ends,
            onward=later(standing)[:, None] * leaves, ends=(1 - later(standing))[:, None] * ends,
            first_seen=rows, seen=rows, months=catalogue.parameter("keten_maanden"), believed=_months(catalogue),
            stages=int(catalogue.parameter("keten_stappen")),
            sources=tuple(f"{each.id}: {each.source}" for each in aims.values()),
        )
    )  # fmt: skip


def national_mix(catalogue: Catalogue) -> Floats:
    """The country's new homes by segment, adding up to one."""
    owner, social = (catalogue.parameter(f"keten_nieuw_{name}") for name in _NAMES[:2])
    tenure = np.array([owner, social, 1 - owner - social])
    houses = np.array([catalogue.parameter(f"keten_nieuw_{name}_eengezins") for name in _NAMES])
    form = np.stack([houses, 1 - houses], axis=1)
    cheap, dear = (
        np.array([catalogue.parameter(f"keten_nieuw_{name}_{price}") for name in _NAMES]) for price in ("laag", "hoog")
    )
    price = np.stack([cheap, 1 - cheap - dear, dear], axis=1)
    return tenure[_TENURE] * form[_TENURE, _FORM] * price[_TENURE, _PRICE]


def _chance(by_tenure: Floats, contrast: Floats) -> Floats:
    return 1 / (1 + np.exp(-(by_tenure[_TENURE] + contrast)))


def _contrast(catalogue: Catalogue) -> Floats:
    """What form and price add to the log-odds of handing on."""
    form, price = catalogue.parameter("keten_eengezins"), catalogue.parameter("keten_prijs")
    return np.array([form, -form])[_FORM] + price * (_PRICE - 1.0)


def _left_behind(catalogue: Catalogue, stem: str) -> Floats:
    """Which kind is left by who fills a kind and leaves one, rows adding up to one."""
    tenure = np.empty((len(TENURES), len(TENURES)))
    for row in (OWNER, SOCIAL, PRIVATE):
        owner, social = (catalogue.parameter(f"{stem}_{_NAMES[row]}_laat_{name}_na") for name in _NAMES[:2])
        tenure[row] = owner, social, 1 - owner - social
    same = catalogue.parameter("keten_zelfde_vorm")
    form = np.array([[same, 1 - same], [1 - same, same]])
    down, up = catalogue.parameter("keten_goedkoper"), catalogue.parameter("keten_duurder")
    price = np.array([[1 - up, up, 0], [down, 1 - down - up, up], [0, down, 1 - down]])
    return tenure[np.ix_(_TENURE, _TENURE)] * form[np.ix_(_FORM, _FORM)] * price[np.ix_(_PRICE, _PRICE)]


def _endings(catalogue: Catalogue) -> Floats:
    """How chains end that end in a kind, rows adding up to one."""
    told = np.array([[catalogue.parameter(f"keten_{name}_einde_{end}") for end in _ENDS] for name in _NAMES])
    return np.concatenate([told, 1 - told.sum(axis=1, keepdims=True)], axis=1)[_TENURE]


def _months(catalogue: Catalogue) -> tuple[float, float]:
    low, high = catalogue.parameters["keten_maanden"].believed
    return low, high


def _solved(misses: Callable[[Floats], Floats], start: Floats, aims: Mapping[str, Target]) -> Floats:
    """Newton's method with a numerical slope: where the misses are nothing."""
    x = start.astype(np.float64)
    step = 1e-6
    for _ in range(50):
        missed = misses(x)
        if np.abs(missed).max() < 1e-12:
            return x
        slope = np.stack([(misses(x + step * one) - missed) / step for one in np.eye(len(x))], axis=1)
        change = np.linalg.lstsq(slope, missed, rcond=None)[0]
        x = x - np.clip(change, -1, 1)
    wanted = ", ".join(f"{each.id} {each.value:g}" for each in aims.values())
    raise QuestionError(
        "landelijke verhuisketen",
        f"geen kansen geven samen {wanted}",
        "neem doelen die bij elkaar passen, of andere parameters",
    )
