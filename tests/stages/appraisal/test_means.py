"""What a fund may pay of a package: its own measures, and money that goes out, not what something owned is worth."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from appraisal_grounds import CODES, ground
from appraisal_packages import FRAME, catalogue_with, cost, intervention, line, measure, package

from stadspeil.appraisal.appraising import Appraisal, appraise, tables_of
from stadspeil.appraisal.discounting import present_value
from stadspeil.appraisal.means import kept_money, local_cash, money_of
from stadspeil.catalogue import Catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """One that builds homes and one that tutors, each for 100 euro a unit that the municipality pays at once."""
    built = intervention(id="nieuwbouw_doorstroming", domain="wonen", costs=(cost(),))
    renovated = intervention(id="renovatie_energie", domain="fysiek", costs=(cost(),))
    taught = intervention(id="bijles", domain="onderwijs", costs=(cost(),))
    return catalogue_with(built, renovated, taught)


@pytest.fixture(scope="module")
def found(catalogue: Catalogue) -> Appraisal:
    doses = {"nieuwbouw_doorstroming": 4.0, "renovatie_energie": 20.0, "bijles": 300.0}
    measures = [
        measure(id=f"m{number}", intervention=each, dose=dose, first=2027, last=2027)
        for number, (each, dose) in enumerate(doses.items())
    ]
    return appraise(package(*measures), ground(), FRAME, catalogue)


def test_a_fund_is_asked_for_its_own_measures_only(found: Appraisal, catalogue: Catalogue) -> None:
    money = money_of(found, catalogue, local_cash(found, catalogue))
    asked = {id: money.paid_by(id).deficit for id in ("woningbouwimpuls", "volkshuisvestingsfonds", "regio_deals")}
    # Homes that are built; all that is of homes and streets; all.
    assert asked["woningbouwimpuls"] == pytest.approx((400.0, 400.0))
    assert asked["volkshuisvestingsfonds"] == pytest.approx((2_400.0, 2_400.0))
    assert asked["regio_deals"] == pytest.approx((32_400.0, 32_400.0))
    assert money.paid_by("regio_deals").spent == pytest.approx((32_400.0, 32_400.0))
    assert money.spent == pytest.approx((32_400.0, 32_400.0))
    assert money.deficit == pytest.approx((32_400.0, 32_400.0))


def test_what_homes_are_worth_is_no_money_to_pay_with(catalogue: Catalogue) -> None:
    dearer = line(id="woz", indicator="woz_waarde", unit_value="woz_waarde", factor=1.0)
    one = intervention(dearer, id="nieuwbouw_doorstroming", domain="wonen", costs=(cost(),))
    made = appraise(
        package(measure(intervention=one.id, areas=(CODES[0],), dose=50.0, first=2027, last=2027)), ground(), FRAME,
        catalogue_with(one),
    )  # fmt: skip
    owned = [each for each in made.streams if each.family == "gekapitaliseerd"]
    assert owned and any("corporaties" in each.shares for each in owned)
    money = money_of(made, catalogue_with(one), local_cash(made, catalogue_with(one)))
    # What the municipality gets by its property tax is money; the rise of what the corporation owns is none.
    taxes = [each for each in made.streams if each.side == "overdracht"]
    paid = 5_000.0 - sum(present_value(each, FRAME, catalogue) * each.shares.get("gemeente", 0.0) for each in taxes)
    assert taxes and money.paid_by("woningbouwimpuls").deficit == pytest.approx(tuple(np.percentile(paid, (5, 95))))
    assert money.deficit[0] < money.paid_by("woningbouwimpuls").deficit[0] - 1_000


def test_a_fund_pays_no_more_than_what_is_spent_on_its_measures(found: Appraisal, catalogue: Catalogue) -> None:
    money = money_of(found, catalogue, local_cash(found, catalogue))
    for fund in catalogue.funds:
        assert np.all(np.asarray(money.paid_by(fund).deficit) <= np.asarray(money.paid_by(fund).spent) + 1e-9), fund


def test_money_that_is_kept_tells_the_same(found: Appraisal, catalogue: Catalogue) -> None:
    money = money_of(found, catalogue, local_cash(found, catalogue))
    run = {
        "ask": {"shortfall": {"low": money.deficit[0], "high": money.deficit[1]}},
        "means": {
            "costs": {"low": money.spent[0], "high": money.spent[1]},
            "by_fund": {id: dataclasses.asdict(each) for id, each in money.by_fund.items()},
        },
    }
    again = kept_money(run, tables_of(found, catalogue)["flows"])
    assert again.by_fund == money.by_fund and again.deficit == pytest.approx(money.deficit)
