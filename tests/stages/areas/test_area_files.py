import pytest

from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA, read_changes, read_gemeenten
from stadspeil.errors import CatalogueError

GEMEENTEN = "code,name,province,first,last,evidence\n"
CHANGES = "date,from_code,to_code,kind,weight,evidence,source,note\n"


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "areas.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems_of(read, path):
    with pytest.raises(CatalogueError) as caught:
        read(path)
    return "\n".join(caught.value.problems)


def test_our_own_files_are_read_with_the_promised_types(gemeenten, changes):
    assert (dict(gemeenten.schema), dict(changes.schema)) == (GEMEENTEN_SCHEMA, CHANGES_SCHEMA)


def test_a_code_keeps_its_leading_zero(written):
    read = read_gemeenten(written(GEMEENTEN + "GM0034,Almere,Flevoland,,,sourced\n"))
    assert read["code"].to_list() == ["GM0034"]


def test_all_problems_of_a_list_of_gemeenten_are_named_by_line(written):
    text = "0034,Almere,Flevoland,,,sourced\nGM0001,,Groningen,2030,2010,\nGM0002,B,C,abc,,zeker\nGM0003,D\n"
    found = problems_of(read_gemeenten, written(GEMEENTEN + text))
    assert [line.split(":")[0] for line in found.splitlines()] == ["regel 2", "regel 3", "regel 3", "regel 4",
                                                                    "regel 4", "regel 5"]  # fmt: skip


def test_a_gemeente_that_ends_before_it_begins_is_refused(written):
    assert "begint pas in 2015" in problems_of(read_gemeenten, written(GEMEENTEN + "GM0001,A,B,2015,2014,ours\n"))


def test_a_doubled_gemeente_is_refused(written):
    row = "GM0001,A,B,,,sourced\n"
    assert "staat ook op regel 2" in problems_of(read_gemeenten, written(GEMEENTEN + row + row))


def test_a_changed_header_is_refused(written):
    assert "kolommen zijn code, naam" in problems_of(read_gemeenten, written("code,naam\nGM0001,A\n"))


def test_an_absent_file_is_refused(tmp_path):
    assert "ontbreekt" in problems_of(read_changes, tmp_path / "changes.csv")


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "changes.csv"
    path.write_bytes("Súdwest".encode("latin-1"))
    assert "UTF-8" in problems_of(read_changes, path)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("2018-01-01,GM0001,GM0001,border,0.1,ours,x,\n", "kan niet in zichzelf overgaan"),
        ("2018-13-01,GM0001,GM0002,merger,1,ours,x,\n", "een datum als"),
        ("2018-01-01,GM0001,GM0002,merger,0.5,ours,x,\n", "gaat in zijn geheel over"),
        ("2018-01-01,GM0001,GM0002,split,0.5,ours,x,\n", "minstens twee delen"),
        ("2018-01-01,GM0001,GM0002,split,0.5,ours,x,\n2018-01-01,GM0001,GM0003,split,0.4,ours,x,\n", "tellen op tot"),
        ("2018-01-01,GM0001,GM0002,split,0.5,ours,x,\n2018-01-01,GM0001,GM0003,split,,ours,x,\n", "geen enkel deel"),
        ("2018-01-01,GM0001,GM0002,split,0.5,ours,x,\n2018-01-01,GM0001,GM0003,border,0.5,ours,x,\n", "niet samen"),
        ("2018-01-01,GM0001,GM0002,border,1,ours,x,\n", "blijft toch bestaan"),
        ("2018-01-01,GM0001,GM0002,merger,1,ours,x,\n2018-01-01,GM0001,GM0003,merger,1,ours,x,\n", "niet ook delen"),
        ("2018-01-01,GM0001,GM0002,fusie,1,ours,x,\n", "merger of rename"),
        ("2018-01-01,GM0001,GM0002,merger,nan,ours,x,\n", "boven 0 en hoogstens 1"),
        ("2018-01-01,GM0001,GM0002,merger,1,ours,,\n", "een tekst"),
    ],
)
def test_a_change_that_cannot_be_is_refused(written, rows, sentence):
    assert sentence in problems_of(read_changes, written(CHANGES + rows))


def test_an_unknown_weight_is_allowed_for_all_parts_together(written):
    rows = "2018-01-01,GM0001,GM0002,split,,ours,x,\n2018-01-01,GM0001,GM0003,split,,ours,x,\n"
    assert read_changes(written(CHANGES + rows))["weight"].to_list() == [None, None]
