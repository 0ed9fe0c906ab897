"""Chapters of the report that rest on analyses. Each is left out where its analysis says nothing of the town.

Sentences are chosen by rules and never say more than the interval allows: a change is a change only beyond its margin,
a place is told with its range, and what cannot be told is said to be untellable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from stadspeil.analyses.causal_map import hypotheses, loops, title_of
from stadspeil.catalogue import Catalogue
from stadspeil.report.causal_drawing import causal_map_svg
from stadspeil.report.document import Chapter, Drawing, Grid, Heading, Line
from stadspeil.report.wording import DASH, Wording, join_unit

Part = str | Heading | Grid | Drawing
_BUURTEN_SHOWN = 15
_STEPS_SHOWN = 3
# Words that the texts know for the choices of method.
_CHOICES = {
    "normalisatie": "normalisation", "uitschieters": "outliers", "optelling": "adding", "ontbrekend": "missing",
    "gewichten": "weights",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What chapters are made from: the analyses of all areas, and the lines of the town."""

    town: str
    catalogue: Catalogue
    analyses: Mapping[str, pl.DataFrame]
    small_areas: pl.DataFrame
    lines: Mapping[str, Line]
    composites: Mapping[str, Line]

    def table(self, name: str) -> pl.DataFrame:
        """The rows of an analysis about the town."""
        table = self.analyses.get(name)
        return pl.DataFrame() if table is None or table.is_empty() else table.filter(pl.col("area") == self.town)

    def inside(self, name: str) -> pl.DataFrame:
        """The rows of an analysis about wijken and buurten of the town."""
        table = self.analyses.get(name)
        if table is None or table.is_empty():
            return pl.DataFrame()
        return table.filter(pl.col("area").str.slice(2, 4) == self.town[2:])

    def decimals(self, id: str) -> int:
        """Decimals in print: two for marks of composites where one hides everything, else the entry's."""
        return self.catalogue.indicators[id].decimals if id in self.catalogue.indicators else 1

    def quantity(self, id: str, value: float | None, words: Wording) -> str:
        """A value of a figure with its unit."""
        if value is None:
            return DASH
        unit = self.catalogue.indicators[id].unit if id in self.catalogue.indicators else ""
        return join_unit(words.number(value, self.decimals(id)), words.unit(unit))


def build_chapters(shown: Shown, words: Wording) -> tuple[Chapter, ...]:
    """The chapters that have something to say, in reading order."""
    makers: tuple[Callable[[Shown, Wording], Chapter | None], ...] = (
        mechanisms, key_indicators, beside_groups, certainty, composition, development, below,
    )  # fmt: skip
    made = (maker(shown, words) for maker in makers)
    return tuple(chapter for chapter in made if chapter is not None)


def analysis_tables(shown: Shown) -> dict[str, pl.DataFrame]:
    """The analyses of the town and of its wijken and buurten, with names, for the workbook."""
    found = {}
    for name in _IN_WORKBOOK:
        below = shown.inside(name) if name in _OF_BUURTEN else shown.table(name)
        if not below.is_empty():
            named = below.join(
                shown.small_areas.sort("boundaries").unique("area", keep="last").select("area", "name"),
                on="area", how="left", maintain_order="left",
            )  # fmt: skip
            found[name] = named.select("area", *(["name"] if name in _OF_BUURTEN else []), *below.columns[1:])
    return found


_OF_BUURTEN = ("pockets", "pocket_changes", "clusters", "estimates", "kinds")
_IN_WORKBOOK = (
    "mechanisms", "gaps", "rank_ranges", "sensitivity", "steps", "trends", "real_marks", "pockets", "pocket_changes", "splits", "clusters",
    "estimates", "kinds",
)  # fmt: skip


def mechanisms(shown: Shown, words: Wording) -> Chapter | None:
    """The mechanisms: goal, place beside the region, verdict with its reason, and what is missing."""
    rows = shown.table("mechanisms")
    if rows.is_empty():
        return None
    parts: list[Part] = [words("mechanisms.intro")]
    for entry in sorted(shown.catalogue.mechanisms.values(), key=lambda each: each.order):
        own = rows.filter(pl.col("mechanism") == entry.id).to_dicts()
        english = words.lang == "en"
        parts.append(Heading(entry.title_en if english else entry.title))
        parts.append(words("mechanisms.goal", goal=entry.goal_text_en if english else entry.goal_text))
        parts += [
            _mechanism_sentence(row, entry.measure, shown, words) for row in own if row["years"] or not row["measured"]
        ]
        lacking = [title for row in own if row["measured"] and not row["years"]
                   for title in (shown.catalogue.title_of(row["measured"], words.lang).lower(),)]  # fmt: skip
        if lacking:
            parts.append(words("mechanisms.lacking", figures=words.listing(lacking)))
        if entry.gaps and not english:
            parts.append(words("mechanisms.gaps", gaps=" ".join(entry.gaps)))
    parts += _causal_map(shown, words)
    return Chapter("mechanisms", words("mechanisms.title"), tuple(parts))


def _mechanism_sentence(row: dict[str, Any], measure: str, shown: Shown, words: Wording) -> str:
    verdict = words(f"mechanisms.verdict.{_VERDICTS[row['verdict']]}")
    reason = words(f"mechanisms.reason.{row['reason']}", years=row["years"], goal_year=row["goal_year"])
    if measure == "qualitative":
        return f"{verdict} {reason}"
    if measure == "inequality":
        figure = shown.catalogue.title_of(row["measured"], words.lang)
        return words("mechanisms.differences", figure=figure, year=row["year"], verdict=verdict, reason=reason)
    numbers = {
        "year": row["year"], "baseline_year": row["baseline_year"], "mark": words.mark(row["value"]),
        "baseline": words.mark(row["baseline"]), "region": words.mark(row["region"]),
        "gap": words.number(abs(row["gap"]), 2) if row["gap"] is not None else DASH,
    }  # fmt: skip
    side = "unknown" if row["gap"] is None else "below" if row["gap"] < 0 else "above"
    said = words(f"mechanisms.level_{side}", **numbers)
    if row["projection"] is None:
        return f"{said} {verdict} {reason}"
    drawn = words(
        "mechanisms.projection", goal_year=row["goal_year"],
        **{name: words.number(row[name], 1) for name in ("projection", "low", "high")},
    )  # fmt: skip
    return f"{said} {drawn} {verdict} {reason}"


_VERDICTS = {"op koers": "on", "van koers": "off", "niet te zeggen": "open"}


def _causal_map(shown: Shown, words: Wording) -> list[Part]:
    arrows = shown.catalogue.arrows
    if not arrows:
        return []
    found = loops(arrows)
    guessed = {each.id for each in hypotheses(arrows)}
    rows = []
    for loop in found[: _STEPS_SHOWN + 2]:
        titles = [title_of(shown.catalogue, node, words.lang) for node in (*loop.nodes, loop.nodes[0])]
        kind = words("mechanisms.loop_feeds" if loop.feeds_itself else "mechanisms.loop_holds")
        rests = words("words.yes" if loop.rests_on_hypothesis else "words.no")
        rows.append((" \u2192 ".join(titles), kind, rests))
    text = words("mechanisms.map", arrows=len(arrows), guessed=len(guessed), loops=len(found))
    heads = words("mechanisms.loop"), words("mechanisms.kind"), words("mechanisms.guess")
    grid = Grid(words("mechanisms.loops_caption"), heads, tuple(rows), ("1fr", "24mm", "24mm"), (False, False, False))
    drawing = Drawing(
        causal_map_svg(shown.catalogue, words.lang), words("mechanisms.map_caption"),
        words("mechanisms.map_alt", arrows=_arrows_in_words(shown, words)),
    )  # fmt: skip
    return [Heading(words("mechanisms.map_title")), text, drawing, *([grid] if rows else [])]


def _arrows_in_words(shown: Shown, words: Wording) -> str:
    titles = {
        node: title_of(shown.catalogue, node, words.lang)
        for each in shown.catalogue.arrows.values()
        for node in (each.cause, each.effect)
    }
    return "; ".join(
        f"{titles[each.cause]} {each.sign} {titles[each.effect]}" for each in shown.catalogue.arrows.values()
    )


def key_indicators(shown: Shown, words: Wording) -> Chapter | None:
    """The key indicators of the yearly Staat, by what measures them here."""
    rows = []
    for entry in shown.catalogue.key_indicators.values():
        line = next((found for id in entry.measured_by if (found := _line(shown, id)) is not None), None)
        title = entry.title_en if words.lang == "en" else entry.title
        if line is None:
            rows.append((title, words("key.none"), DASH, DASH, DASH))
        else:
            value = DASH if line.composite else words.quantity(line.value, line)
            rows.append((title, f"{line.title} ({line.year})", value, words.mark(line.mark), words.place(line.place)))
    if not rows or all(row[1] == words("key.none") for row in rows):
        return None
    heads = tuple(words(f"key.{name}") for name in ("what", "by", "value", "mark", "place"))
    grid = Grid(words("key.caption"), heads, tuple(rows), ("1fr", "1fr", "26mm", "14mm", "30mm"),
                (False, False, True, True, True))  # fmt: skip
    gaps = [entry.gap for entry in shown.catalogue.key_indicators.values() if entry.gap] if words.lang == "nl" else []
    return Chapter("key", words("key.title"), (words("key.intro"), grid, *gaps))


def _line(shown: Shown, id: str) -> Line | None:
    line = shown.lines.get(id) or shown.composites.get(id)
    return line if line is not None and (line.value is not None or line.mark is not None) else None


def beside_groups(shown: Shown, words: Wording) -> Chapter | None:
    """Demonstrable differences with the own group, the net region and the country; nothing of the others but their number."""
    rows = shown.table("gaps")
    if rows.is_empty():
        return None
    rows = rows.filter(pl.col("kind").is_in(["group", "region_net", "country"]))
    known = rows.filter(pl.col("verdict") != "onbekend")
    if known.is_empty():
        return None
    told = known.filter(pl.col("verdict").is_in(["hoger", "lager"]))
    parts: list[Part] = [
        words("beside.intro"),
        words("beside.counted", known=known.height, told=told.height, unknown=rows.height - known.height),
    ]
    if not told.is_empty():
        parts.append(_gaps(told.to_dicts(), shown, words))
    return Chapter("beside", words("beside.title"), tuple(parts))


def _gaps(rows: Iterable[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    made = []
    for row in rows:
        decimals = max(shown.decimals(row["indicator"]), 1)
        margin = (row["high"] - row["low"]) / 2
        group = shown.catalogue.groups.get(row["group"])
        title = (group.title_en if words.lang == "en" else group.title) if group else words(f"beside.{row['kind']}")
        made.append((
            f"{shown.catalogue.title_of(row['indicator'], words.lang)} ({row['year']})", title,
            words.number(row["value"], decimals), words.number(row["group_value"], decimals),
            f"{_signed(row['gap'], decimals, words)} ±\u00a0{words.number(margin, decimals)}",
            words(f"leaflet.said.{row['verdict']}"),
        ))  # fmt: skip
    heads = tuple(words(f"beside.{name}") for name in ("what", "group", "own", "theirs", "gap", "verdict"))
    return Grid(words("beside.caption"), heads, tuple(made), ("1fr", "36mm", "17mm", "17mm", "28mm", "28mm"),
                (False, False, True, True, True, False))  # fmt: skip


def certainty(shown: Shown, words: Wording) -> Chapter | None:
    """Two ranges of each place, named apart."""
    rows = shown.table("rank_ranges")
    if rows.is_empty():
        return None
    by_choice = rows.filter(pl.col("best_choices").is_not_null()).to_dicts()
    by_noise = rows.filter(pl.col("best_noise").is_not_null()).to_dicts()
    neutral = {each.id for each in shown.catalogue.indicators.values() if each.direction == "neutral"}
    by_noise = [row for row in by_noise if row["indicator"] not in neutral]
    if not by_choice and not by_noise:
        return None
    parts: list[Part] = [words("certainty.intro")]
    if by_choice:
        parts += [
            Heading(words("certainty.choices_title")),
            words("certainty.choices_intro"),
            _choices(by_choice, shown, words),
        ]
        parts += _hanging(by_choice, shown, words)
    if by_noise:
        parts += [
            Heading(words("certainty.noise_title")),
            words("certainty.noise_intro"),
            _noise(by_noise, shown, words),
        ]
    unknown = rows.height - len(by_choice) - rows.filter(pl.col("best_noise").is_not_null()).height
    if unknown:
        parts.append(words("certainty.unknown", number=unknown))
    return Chapter("certainty", words("certainty.title"), tuple(parts))


def _choices(rows: Sequence[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    heads = tuple(words(f"certainty.{name}") for name in ("what", "place", "range", "lowest", "hangs"))
    made = tuple(
        (
            f"{shown.catalogue.title_of(row['indicator'], words.lang)} ({row['year']})",
            words("place.single", rank=row["rank"], ranked=row["ranked"]),
            words("certainty.between", low=row["best_choices"], high=row["worst_choices"]),
            _chance(row["lowest_tenth"], words),
            words(f"certainty.choice.{_CHOICES[row['hangs_on']]}") if row["hangs_on"] else DASH,
        )
        for row in rows
    )
    return Grid(words("certainty.choices_caption"), heads, made, ("1fr", "24mm", "24mm", "24mm", "26mm"),
                (False, True, True, True, False))  # fmt: skip


def _chance(share: float | None, words: Wording) -> str:
    if share is None:
        return DASH
    if share < 0.005:
        return words("certainty.never")
    return words("certainty.always") if share > 0.995 else f"{words.number(100 * share)}%"


def _hanging(rows: Sequence[dict[str, Any]], shown: Shown, words: Wording) -> list[str]:
    """A warning for places that move over more than a tenth of the field by one choice."""
    by_choice: dict[str, list[str]] = {}
    for row in rows:
        if row["hangs_on"] and row["worst_choices"] - row["best_choices"] > 0.1 * row["ranked"]:
            by_choice.setdefault(row["hangs_on"], []).append(shown.catalogue.title_of(row["indicator"], words.lang))
    return [
        words("certainty.hanging", figures=words.listing(titles), choice=words(f"certainty.choice.{_CHOICES[choice]}"))
        for choice, titles in by_choice.items()
    ]


def _noise(rows: Sequence[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    heads = tuple(words(f"certainty.{name}") for name in ("what", "place", "together", "alone"))
    made = tuple(
        (
            f"{shown.catalogue.title_of(row['indicator'], words.lang)} ({row['year']})",
            words("place.single", rank=row["rank"], ranked=row["ranked"]),
            words("certainty.between", low=row["best_noise"], high=row["worst_noise"]),
            words("certainty.between", low=row["best_noise_own"], high=row["worst_noise_own"]),
        )
        for row in rows
    )
    return Grid(
        words("certainty.noise_caption"), heads, made, ("1fr", "30mm", "30mm", "30mm"), (False, True, True, True)
    )


def composition(shown: Shown, words: Wording) -> Chapter | None:
    """What lifts and what lowers each composite mark, and what it would take to rise."""
    rows = shown.table("steps")
    if rows.is_empty():
        return None
    parts: list[Part] = [words("composition.intro", mean=words.mark(shown.catalogue.parameter("mark_mean")))]
    grids = []
    for (indicator,), steps in rows.group_by("indicator", maintain_order=True):
        if steps.height > 1:
            grids.append(_waterfall(str(indicator), steps.sort("adds").to_dicts(), shown, words))
    if not grids:
        return None
    return Chapter("composition", words("composition.title"), (*parts, *grids))


def _waterfall(id: str, steps: Sequence[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    heads = tuple(words(f"composition.{name}") for name in ("part", "mark", "adds", "needed"))
    rows = []
    for row in steps:
        part = row["part"]
        title = words("composition.together") if part == "samenspel" else shown.catalogue.title_of(part, words.lang)
        needed = DASH
        if row["mark_wanted"] is not None and row["mark"] is not None and row["mark_wanted"] > row["mark"] + 1e-9:
            needed = words.mark(row["mark_wanted"])
            if row["value_wanted"] is not None:
                needed = f"{needed} ({shown.quantity(part, row['value_wanted'], words)})"
        rows.append((title, words.mark(row["mark"]), _signed(row["adds"], 2, words), needed))
    line = shown.composites.get(id)
    mark = words.mark(line.mark) if line is not None else DASH
    caption = words(
        "composition.caption",
        figure=shown.catalogue.title_of(id, words.lang),
        mark=mark,
        place=steps[0]["place_wanted"],
    )
    return Grid(caption, heads, tuple(rows), ("1fr", "18mm", "20mm", "48mm"), (False, True, True, True))


def _signed(value: float, decimals: int, words: Wording) -> str:
    text = words.number(value, decimals)
    return f"+{text}" if round(value, decimals) > 0 else text


def development(shown: Shown, words: Wording) -> Chapter | None:
    """What changed beyond its margin, and marks on a fixed base."""
    rows = shown.table("trends")
    if rows.is_empty():
        return None
    told = rows.filter(pl.col("verdict") != "onbekende marge").to_dicts()
    parts: list[Part] = [words("development.intro")]
    if told:
        parts.append(_changes(told, shown, words))
        same = sum(row["verdict"] == "geen aantoonbare verandering" for row in told)
        parts.append(words("development.counted", number=len(told), same=same, unknown=rows.height - len(told)))
    else:
        parts.append(words("development.none", unknown=rows.height))
    if any(row["broken"] for row in told):
        parts.append(words("development.broken"))
    real = _real(shown, words)
    if real is not None:
        parts += [Heading(words("development.real_title")), words("development.real_intro"), real]
    return Chapter("development", words("development.title"), tuple(parts))


def _changes(rows: Iterable[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    heads = tuple(words(f"development.{name}") for name in ("what", "years", "from_to", "change", "country", "verdict"))
    made = []
    for row in rows:
        id = row["indicator"]
        decimals = max(shown.decimals(id), 1) if id not in ("inwoners", "woningen") else 0
        margin = (row["high"] - row["low"]) / 2
        change = _signed(row["change"], decimals, words)
        if margin > 0:
            change = f"{change} ±\u00a0{words.number(margin, decimals)}"
        made.append((
            shown.catalogue.title_of(id, words.lang), f"{row['first_year']}\u2013{row['last_year']}",
            f"{words.number(row['first'], decimals)} \u2192 {words.number(row['last'], decimals)}", change,
            DASH if row["country_change"] is None else _signed(row["country_change"], decimals, words),
            words(f"development.said.{_CHANGES[row['verdict']]}"),
        ))  # fmt: skip
    return Grid(words("development.caption"), heads, tuple(made), ("1fr", "20mm", "30mm", "30mm", "18mm", "28mm"),
                (False, True, True, True, True, False))  # fmt: skip


_CHANGES = {"gestegen": "up", "gedaald": "down", "geen aantoonbare verandering": "same"}


def _real(shown: Shown, words: Wording) -> Grid | None:
    """Composites on the scale of their base year beside the relative mark, first and last year."""
    rows = shown.table("real_marks")
    if rows.is_empty():
        return None
    rows = rows.filter(pl.col("indicator").is_in(list(shown.catalogue.composites)), pl.col("mark").is_not_null())
    made = []
    for (id,), series in rows.sort("year", "boundaries").group_by("indicator", maintain_order=True):
        first, last = series.row(0, named=True), series.row(-1, named=True)
        if first["year"] == last["year"]:
            continue
        made.append((
            shown.catalogue.title_of(str(id), words.lang), f"{first['year']}\u2013{last['year']}", str(last["base_year"]),
            f"{words.mark(first['mark'])} \u2192 {words.mark(last['mark'])}",
            f"{words.mark(first['fixed_mark'])} \u2192 {words.mark(last['fixed_mark'])}",
        ))  # fmt: skip
    if not made:
        return None
    heads = tuple(words(f"development.{name}") for name in ("what", "years", "base", "relative", "fixed"))
    return Grid(words("development.real_caption"), heads, tuple(made), ("1fr", "22mm", "18mm", "30mm", "30mm"),
                (False, True, True, True, True))  # fmt: skip


def below(shown: Shown, words: Wording) -> Chapter | None:
    """Buurten that differ from their wijk, and how the differences divide."""
    pockets, splits = shown.inside("pockets"), shown.table("splits")
    if pockets.is_empty() and splits.is_empty():
        return None
    parts: list[Part] = [words("below.intro")]
    if not pockets.is_empty():
        judged = pockets.filter(pl.col("found") & pl.col("unfavourable"))
        judged = judged.sort(pl.col("wijk_hides"), pl.col("difference").abs() / pl.col("error"), descending=True)
        tested = words("below.tested", buurten=pockets["area"].n_unique(), figures=pockets["indicator"].n_unique())
        parts += [Heading(words("below.hidden_title")), tested]
        hidden = judged.filter(pl.col("wijk_hides"))["area"].n_unique()
        if judged.is_empty():
            parts.append(words("below.none"))
        else:
            parts.append(words("below.found" if hidden else "below.found_none_hidden", hidden=hidden,
                               number=judged["area"].n_unique()))  # fmt: skip
            parts.append(_pockets(judged.head(_BUURTEN_SHOWN).to_dicts(), shown, words))
    else:
        parts.append(words("below.untested"))
    parts += _sliding(shown, words)
    grid = _splits(splits, shown, words)
    if grid is not None:
        parts += [Heading(words("below.split_title")), words("below.split_intro"), grid]
    clusters = shown.inside("clusters")
    if not clusters.is_empty():
        parts += [Heading(words("below.clusters_title")), *_clusters(clusters, words)]
    return Chapter("below", words("below.title"), tuple(parts))


def _pockets(rows: Iterable[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    names = dict(shown.small_areas.sort("boundaries").select("area", "name").iter_rows())
    heads = tuple(words(f"below.{name}") for name in ("buurt", "figure", "value", "rest", "margin", "hides"))
    made = []
    for row in rows:
        id, area = row["indicator"], row["area"]
        wijk = names.get(f"WK{area[2:8]}", "")
        name = names.get(area, area)
        decimals = max(shown.decimals(id), 0)
        made.append((
            f"{name} ({wijk})" if wijk and wijk != name else name,
            f"{shown.catalogue.title_of(id, words.lang)} ({row['year']})",
            words.number(row["value"], decimals), words.number(row["rest"], decimals),
            f"±\u00a0{words.number(1.645 * row['error'], decimals)}",
            words("words.yes" if row["wijk_hides"] else "words.no"),
        ))  # fmt: skip
    return Grid(words("below.caption"), heads, tuple(made), ("1fr", "40mm", "18mm", "22mm", "18mm", "20mm"),
                (False, False, True, True, True, False))  # fmt: skip


def _sliding(shown: Shown, words: Wording) -> list[Part]:
    """Buurten that change for the worse otherwise than the rest of their wijk; nothing where no change was tested."""
    tested = shown.inside("pocket_changes")
    if tested.is_empty():
        return []
    found = tested.filter(pl.col("found") & pl.col("unfavourable"))
    if found.is_empty():
        return [Heading(words("below.sliding_title")), words("below.sliding_none", buurten=tested["area"].n_unique())]
    names = dict(shown.small_areas.sort("boundaries").select("area", "name").iter_rows())
    rows = found.sort(pl.col("difference").abs() / pl.col("error"), descending=True).head(_BUURTEN_SHOWN).to_dicts()
    made = []
    for row in rows:
        decimals = max(shown.decimals(row["indicator"]), 1)
        made.append((
            names.get(row["area"], row["area"]), shown.catalogue.title_of(row["indicator"], words.lang),
            f"{row['first_year']}\u2013{row['year']}", _signed(row["change"], decimals, words),
            _signed(row["rest"], decimals, words), f"±\u00a0{words.number(1.645 * row['error'], decimals)}",
        ))  # fmt: skip
    heads = tuple(words(f"below.{name}") for name in ("buurt", "figure", "years", "change", "rest", "margin"))
    grid = Grid(words("below.sliding_caption"), heads, tuple(made), ("1fr", "44mm", "22mm", "18mm", "22mm", "18mm"),
                (False, False, True, True, True, True))  # fmt: skip
    return [Heading(words("below.sliding_title")), words("below.sliding", number=found["area"].n_unique()), grid]


def _splits(rows: pl.DataFrame, shown: Shown, words: Wording) -> Grid | None:
    if rows.is_empty():
        return None
    country = shown.analyses["splits"].filter(pl.col("area") == "NL")
    beside = {row["indicator"]: row for row in country.to_dicts()}
    made = []
    for row in rows.to_dicts():
        id = row["indicator"]
        if id not in shown.catalogue.indicators or shown.catalogue.indicators[id].direction == "neutral":
            continue
        inside = row["between_wijken"] + row["within_wijken"]
        whole = beside.get(id)
        of_country = whole["between_wijken"] + whole["within_wijken"] if whole else 0
        if inside <= 0 or row["within_wijken"] < 0:
            continue
        made.append((
            f"{shown.catalogue.title_of(id, words.lang)} ({row['year']})", f"{words.number(100 * row['within_wijken'] / inside)}%",
            f"{words.number(100 * whole['within_wijken'] / of_country)}%" if whole and of_country > 0 and whole["within_wijken"] >= 0 else DASH,
        ))  # fmt: skip
    if not made:
        return None
    heads = tuple(words(f"below.{name}") for name in ("figure", "share", "share_country"))
    return Grid(words("below.split_caption"), heads, tuple(made), ("1fr", "40mm", "40mm"), (False, True, True))


def _clusters(rows: pl.DataFrame, words: Wording) -> list[str]:
    counts = dict(rows.group_by("quadrant").agg(pl.col("area").n_unique()).iter_rows())
    out = counts.get("hoog-laag", 0) + counts.get("laag-hoog", 0)
    like = counts.get("hoog-hoog", 0) + counts.get("laag-laag", 0)
    return [words("below.clusters", out=out, like=like)]
