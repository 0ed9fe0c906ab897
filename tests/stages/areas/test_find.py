import pytest

from stadspeil.errors import QuestionError


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("GM0637", "GM0637"), ("637", "GM0637"), ("Zoetermeer", "GM0637"), ("zoetermeer", "GM0637"),
        ("gemeente Almere", "GM0034"), ("Den Haag", "GM0518"), ("'s-Gravenhage", "GM0518"),
        ("sudwest fryslan", "GM1900"), ("WK063701", "WK063701"), ("NL", "NL"), ("Hengelo", "GM0164"),
    ],
)  # fmt: skip
def test_a_gemeente_is_found_by_code_or_name(register, asked, found):
    assert register.find(asked) == found


def test_a_gemeente_that_is_gone_is_told_with_its_heir(register):
    with pytest.raises(QuestionError) as caught:
        register.find("GM0568")
    assert caught.value.message().startswith("GM0568 Bernisse: bestaat sinds 1-1-2015 niet meer; nu GM1930 Nissewaard")


def test_the_heir_is_the_gemeente_of_today_through_every_merger(register):
    with pytest.raises(QuestionError, match="nu GM1992 Voorne aan Zee"):
        register.find("Hellevoetsluis")


def test_a_divided_gemeente_is_told_with_all_its_heirs(register):
    with pytest.raises(QuestionError, match="Boxtel en GM0824 Oisterwijk en GM0855 Tilburg en GM0865 Vught"):
        register.find("Haaren")


def test_a_gemeente_is_found_in_the_years_in_which_it_existed(register):
    assert register.find("Bernisse", 2014) == "GM0568"


def test_a_gemeente_that_was_not_there_yet_is_told_with_its_parts(register):
    with pytest.raises(QuestionError, match="bestaat pas sinds 1-1-2015; daarvoor GM0568 Bernisse en GM0612"):
        register.find("Nissewaard", 2012)


def test_a_misspelt_name_gets_a_suggestion(register):
    with pytest.raises(QuestionError, match="bedoelt u GM0637 Zoetermeer"):
        register.find("Zoetemeer")


def test_the_beginning_of_a_name_gets_a_suggestion(register):
    with pytest.raises(QuestionError, match="GM0785 Goirle"):
        register.find("Goirl")


def test_a_name_that_two_gemeenten_have_asks_for_the_code(register):
    with pytest.raises(QuestionError, match=r"GM0373 Bergen \(NH.\) of GM0893 Bergen \(L.\)"):
        register.find("Bergen")


def test_nonsense_is_refused_without_a_suggestion(register):
    with pytest.raises(QuestionError, match="geen bekende gemeente\n"):
        register.find("qqqqq")
