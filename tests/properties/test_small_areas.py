"""What must hold of links between wijken and buurten for any flags, weights and years."""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.areas import AreaRegister
from stadspeil.areas.small_areas import LINKS, Division, check_links, link_small_areas
from stadspeil.areas.small_series import breaks_of, compose_links, links_to, rebase_small_cells
from stadspeil.catalogue.area_files import CHANGES_SCHEMA, GEMEENTEN_SCHEMA
from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS

FIELDS = {
    "inwoners": Field("inwoners", "Inwoners", "personen", "count", (0, 1e9)),
    "koop_pct": Field("koop_pct", "Aandeel koop", "%", "share", (0, 100)),
}
REGISTER = AreaRegister(
    pl.DataFrame([("GM0001", "Stad", "P", None, None, "ours")], schema=GEMEENTEN_SCHEMA, orient="row"),
    pl.DataFrame(schema=CHANGES_SCHEMA),
)
codes = st.sampled_from([f"BU000101{number:02d}" for number in range(6)])
code_lists = st.lists(codes, min_size=1, unique=True).map(sorted)


@st.composite
def steps(draw, count):
    """A chain of yearly links between lists of areas; some old areas get lost, some new ones have unknown ground."""
    lists = [draw(code_lists) for _ in range(count + 1)]
    return [draw(step(2016 + number, *lists[number : number + 2])) for number in range(count)]


@st.composite
def step(draw, year, olds, news):
    rows = []
    reached = set()
    for old in olds:
        heirs = draw(st.lists(st.sampled_from(news), max_size=3, unique=True))
        counts = [draw(st.integers(1, 9)) for _ in heirs]
        rows += [
            (old, new, count / sum(counts), "dwellings", None, "") for new, count in zip(heirs, counts, strict=True)
        ]
        reached |= set(heirs)
        if not heirs:
            rows.append((old, None, None, "unknown", year + 1, "kwijt"))
    lost = any(row[1] is None for row in rows)
    for new in news:
        if lost or new not in reached:
            rows.append((None, new, None, "unknown", year + 1, "onbekend"))
    full = [(old, new, year, year + 1, *rest) for old, new, *rest in rows]
    return pl.DataFrame(full, schema=dict(LINKS.columns), orient="row")


def cells_of(areas, boundaries, value):
    rows = [
        (area, "buurt", boundaries, boundaries, name, value(number), None, None, "waarde", "s", number)
        for number, area in enumerate(areas)
        for name in FIELDS
    ]
    return pl.DataFrame(rows, schema=dict(CELLS.columns), orient="row")


def same_links(one, other):
    keys = ["from_area", "to_area", "from_boundaries", "to_boundaries", "broken_in", "basis"]
    assert one.select(keys).rows() == other.select(keys).rows()
    pairs = zip(one["weight"], other["weight"], strict=True)
    assert all((a is None and b is None) or math.isclose(a, b, abs_tol=1e-12) for a, b in pairs)


@settings(max_examples=40)
@given(steps(2))
def test_a_product_keeps_the_contract_and_every_old_area(chain):
    product = check_links(compose_links(*chain), "product")
    assert set(product["from_area"].drop_nulls()) == set(chain[0]["from_area"].drop_nulls())
    assert set(product["to_area"].drop_nulls()) == set(chain[1]["to_area"].drop_nulls())


@settings(max_examples=40)
@given(steps(3))
def test_the_order_in_which_steps_are_multiplied_does_not_matter(chain):
    first, second, third = chain
    same_links(compose_links(compose_links(first, second), third), compose_links(first, compose_links(second, third)))


@settings(max_examples=40)
@given(steps(3))
def test_a_break_is_never_healed(chain):
    """What a broken area gives ground to is broken as well."""
    broken = set(breaks_of(chain[0])["area"])
    onward = compose_links(chain[1], chain[2]).filter(pl.col("from_area").is_in(list(broken)))
    heirs = set(onward["to_area"].drop_nulls())
    assert heirs <= set(breaks_of(links_to(chain, 2019))["area"])


@settings(max_examples=40)
@given(steps(2), st.integers(1, 1000))
def test_totals_are_conserved_where_nothing_was_lost(chain, start):
    links = links_to(chain, 2018)
    one = links.filter(pl.col("from_boundaries") == 2016)
    olds = sorted(set(one["from_area"].drop_nulls()))
    moved = rebase_small_cells(cells_of(olds, 2016, lambda number: float(start + number)), FIELDS, links, 2018).cells
    total = moved.filter(pl.col("field") == "inwoners")["value"].sum()
    given_total = float(sum(start + number for number in range(len(olds))))
    if one["weight"].null_count():
        assert total <= given_total + 1e-6
    else:
        assert total == pytest.approx(given_total)


@settings(max_examples=40)
@given(steps(2))
def test_an_area_with_unknown_ground_never_gets_a_number(chain):
    links = links_to(chain, 2018)
    olds = sorted(set(links.filter(pl.col("from_boundaries") == 2016)["from_area"].drop_nulls()))
    series = rebase_small_cells(cells_of(olds, 2016, lambda number: 10.0), FIELDS, links, 2018)
    broken = set(series.breaks["area"])
    numbered = set(series.cells.filter(pl.col("value").is_not_null())["area"])
    assert not broken & numbered
    assert not series.cells.filter((pl.col("field") == "koop_pct") & pl.col("value").is_not_null()).height


@settings(max_examples=40)
@given(code_lists, code_lists, st.data())
def test_links_of_any_lists_and_flags_keep_the_contract_and_miss_no_area(olds, news, data):
    flags = {new: data.draw(st.sampled_from([1, 2, 3, None])) for new in news}
    counted = data.draw(st.lists(st.sampled_from(olds), unique=True))
    weights = []
    for old in counted:
        heirs = data.draw(st.lists(st.sampled_from(news), min_size=1, max_size=3, unique=True))
        weights += [(old, new, 1 / len(heirs)) for new in heirs]
    names = st.sampled_from(["Noord", "Zuid", "Centrum"])
    divisions = [
        Division(year, pl.DataFrame({"area": each, "name": [data.draw(names) for _ in each]}))
        for year, each in ((2018, olds), (2019, news))
    ]
    frame = pl.DataFrame(
        weights, schema={"from_area": pl.String, "to_area": pl.String, "weight": pl.Float64}, orient="row"
    )
    links = link_small_areas(*divisions, flags, REGISTER, frame)
    assert (set(links["from_area"].drop_nulls()), set(links["to_area"].drop_nulls())) == (set(olds), set(news))
    kept = links.filter(pl.col("basis") == "same")
    assert kept.select("from_area").equals(kept.select(from_area="to_area"))
    assert all(flags[area] == 1 for area in kept["to_area"])


@settings(max_examples=40)
@given(steps(1))
def test_the_same_cells_in_another_order_give_the_same_figures(chain):
    olds = sorted(set(chain[0]["from_area"].drop_nulls()))
    given_cells = cells_of(olds, 2016, lambda number: 7.0 * number)
    one = rebase_small_cells(given_cells, FIELDS, chain[0], 2017).cells
    other = rebase_small_cells(given_cells.reverse(), FIELDS, chain[0].reverse(), 2017).cells
    keys = ["area", "field"]
    assert one.sort(keys).equals(other.sort(keys))
