import pytest

from stadspeil.areas import gemeente_of, is_code, is_invented, level_of, normalize_code, parent_of
from stadspeil.errors import QuestionError


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("GM0637", "GM0637"), ("  gm0637   ", "GM0637"), ("0637", "GM0637"), ("637", "GM0637"), ("GM637", "GM0637"),
        ("WK063701", "WK063701"), ("63701", "WK063701"), ("BU06370101", "BU06370101"), ("6370101", "BU06370101"),
        ("NL00", "NL"), ("NL01      ", "NL"), ("Nederland", "NL"), ("wk0363aa", "WK0363AA"),
    ],
)  # fmt: skip
def test_a_code_is_read_as_people_and_spreadsheets_write_it(written, meant):
    assert normalize_code(written) == meant


@pytest.mark.parametrize("written", ["", "GM", "GM06377", "XX0637", "123456789", "Zoetermeer", "GM٠٦٣٧"])
def test_what_is_no_code_is_refused_with_an_example(written):
    with pytest.raises(QuestionError, match="GM0637"):
        normalize_code(written)


def test_leading_zeros_stay():
    assert normalize_code("0034") == "GM0034"


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("BU06370101", "buurt", "WK063701"), ("WK063701", "wijk", "GM0637"), ("GM0637", "gemeente", "NL"),
        ("PV28", "regio", "NL"), ("NL", "land", None), ("BU0363AA01", "buurt", "WK0363AA"),
    ],
)  # fmt: skip
def test_level_and_parent_follow_from_the_code(code, level, parent):
    assert (level_of(code), parent_of(code)) == (level, parent)


def test_the_gemeente_of_a_buurt_is_in_its_code():
    assert gemeente_of("BU06370101") == "GM0637"


def test_the_country_lies_in_no_gemeente():
    with pytest.raises(QuestionError):
        gemeente_of("NL")


def test_nieuwland_is_known_by_its_codes():
    invented = [code for code in ("GM9001", "BU98990101", "GM8999", "GM9900", "GM0637", "NL") if is_invented(code)]
    assert invented == ["GM9001", "BU98990101"]


def test_only_the_exact_form_is_a_code():
    assert [is_code(text) for text in ("GM0637", "gm0637", "GM0637 ")] == [True, False, False]
