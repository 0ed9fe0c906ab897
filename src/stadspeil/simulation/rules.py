"""The coefficients of the microsimulation, read from the catalogue: each is a parameter with a source and a range.

None is estimated on microdata; `provenance` in the catalogue says of each whether it is calibrated on published
totals, taken from literature, or assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from stadspeil.catalogue import Catalogue

PREFIX = "sim_"


@dataclass(frozen=True)
class Rules:
    """What drives search, choice, allocation, life and prices. Field `x` is parameter `sim_x` of the catalogue, which
    holds its definition, unit, source and believed range. Change some with `dataclasses.replace`."""

    alternatives: float
    town_part: float
    region_part: float
    slots_per_home: float
    search_level: float
    search_18_29: float
    search_45_64: float
    search_65_74: float
    search_75: float
    search_owner: float
    search_private: float
    search_duration: float
    search_crowding: float
    search_birth: float
    search_months: float
    backlog_months: float
    return_home: float
    taste_owner: float
    taste_owner_young: float
    taste_owner_old: float
    taste_private: float
    taste_private_young: float
    taste_house: float
    taste_house_family: float
    taste_house_old: float
    size_weight: float
    need_single: float
    need_couple: float
    need_family: float
    need_one_parent: float
    cost_weight: float
    quality_weight: float
    income_gap: float
    distance_weight: float
    same_town: float
    stay_cost: float
    no_home: float
    feedback: float
    income_limit_single: float
    income_limit_more: float
    suitable_single: float
    suitable_more: float
    suitable_rent: float
    local_share: float
    urgent_share: float
    urgent_push: float
    queue_weight: float
    bid_weight: float
    rent_weight: float
    starter_social: float
    starter_owner: float
    starter_private: float
    mortgage_share: float
    equity_share: float
    rent_share: float
    turnaround_social: float
    turnaround_owner: float
    turnaround_private: float
    turnaround_death: float
    turnaround_start: float
    stay_behind: float
    birth_level: float
    birth_age: float
    birth_spread: float
    death_level: float
    death_slope: float
    institution_level: float
    institution_slope: float
    leave_home_level: float
    union_level: float
    separation: float
    emigration: float
    immigration: float
    price_speed: float
    price_cap: float
    return_share: float
    clearing_months: float
    shift_floor_first: float
    shift_floor_next: float
    shift_cost_share: float


def rules_from(catalogue: Catalogue) -> Rules:
    """Rules with the values of the catalogue.

    Raises:  QuestionError if the catalogue lacks a parameter.
    """
    return Rules(**{each.name: catalogue.parameter(PREFIX + each.name) for each in fields(Rules)})
