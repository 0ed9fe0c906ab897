"""Numbers, euros and chances as readers see them, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.amounts import BOND, DASH, JOIN, MINUS, chance, counted, decimals_for, euros, number, plain, rough
from stadspeil.report.wording import wording


@pytest.mark.parametrize(
    ("amount", "dutch", "english"),
    [
        (1_234_567, "€ 1,2 mln", "€1.2 million"), (-45_234_000, "€ -45,2 mln", "-€45.2 million"),
        (343_210, "€ 340.000", "€340,000"), (12_345, "€ 12.000", "€12,000"), (1_234, "€ 1.200", "€1,200"),
        (12, "€ 12", "€12"), (0.4, "€ 0", "€0"), (-0.2, "€ 0", "€0"), (999_700, "€ 1,0 mln", "€1.0 million"),
        (999_000, "€ 1.000.000", "€1,000,000"), (123_400_000, "€ 123 mln", "€123 million"),
        (1_234_567_890, "€ 1,2 mld", "€1.2 billion"), (None, DASH, DASH),
    ],
)  # fmt: skip
def test_an_amount_carries_as_many_digits_as_it_knows(amount: float | None, dutch: str, english: str) -> None:
    told = [
        each.replace(BOND, " ").replace(MINUS, "-").replace(JOIN, "")
        for each in (euros(amount, "nl"), euros(amount, "en"))
    ]
    assert told == [dutch.replace(BOND, " "), english]


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_what_is_said_lies_within_a_twentieth_of_the_amount(amount: float) -> None:
    said = euros(amount, "en").replace("€", "").replace(MINUS, "-").replace(JOIN, "").replace(",", "")
    size = {"million": 1e6, "billion": 1e9}.get(said.partition(BOND)[2], 1.0)
    assert float(said.partition(BOND)[0]) * size == pytest.approx(amount, rel=0.0501, abs=0.5)
    assert euros(-amount, "nl").replace(MINUS, "") == euros(amount, "nl").replace(MINUS, "")


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "minder dan 1%"), (0.006, "minder dan 1%"), (0.01, "1%"), (0.214, "21%"), (0.99, "99%"),
                        (0.996, "meer dan 99%"), (1.0, "meer dan 99%"), (None, DASH)],
)  # fmt: skip
def test_a_chance_is_never_nothing_or_everything(share: float | None, said: str) -> None:
    assert chance(share) == said


def test_numbers_follow_the_language_and_nought_has_no_sign() -> None:
    assert (number(-1234.56, 1), number(-1234.56, 1, "en")) == (f"{MINUS}1.234,6", f"{MINUS}1,234.6")
    assert number(-0.04, 1) == "0,0"
    assert [decimals_for(each) for each in (120.0, 12.0, 1.2, 0.12, 0.00001, 0.0, None)] == [0, 0, 1, 2, 4, 0, 0]
    assert [plain(each) for each in (5333.3, 0.2043, 1.86)] == ["5.333", "0,20", "1,9"]


@pytest.mark.parametrize(
    ("size", "said"),
    [(48_274_695.0, "48.300.000"), (5333.3, "5.330"), (983.6, "984"), (19.02, "19"), (7.04, "7,0"), (1.141, "1,1"),
     (-0.03531, f"{MINUS}0,035"), (0.0, "0"), (None, DASH)],
)  # fmt: skip
def test_an_estimate_has_no_more_than_three_digits_that_tell(size: float | None, said: str) -> None:
    assert rough(size) == said


def test_report_and_site_write_them_alike() -> None:
    words = wording("en")
    assert (words.euros(1.2e6), words.chance(0.5), words.plain(0.2)) == (euros(1.2e6, "en"), "50%", "0.20")


def test_a_count_has_the_word_that_goes_with_it() -> None:
    assert [counted(each, "maatregel", "maatregelen") for each in (0, 1, 2, 1200)] == [
        "0 maatregelen", "1 maatregel", "2 maatregelen", "1.200 maatregelen",
    ]  # fmt: skip


def test_an_english_amount_below_nothing_does_not_break_between_its_signs() -> None:
    assert euros(-15_000, "en") == "\N{MINUS SIGN}\N{WORD JOINER}€15,000"
    assert euros(15_000, "en") == "€15,000"
