"""The kinds of entry in the catalogue, as frozen dataclasses: the one place that says which keys exist.

The strict reader, the JSON Schema for editors and the reference pages are all made from these classes. A field's
`help` in its metadata is the text that a catalogue editor sees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

EntryStatus = Literal["connected", "planned"]
Direction = Literal["higher_is_better", "lower_is_better", "neutral"]
AreaLevel = Literal["land", "regio", "gemeente", "wijk", "buurt"]
# The kind decides the noise: see docs/explanation/ruis.md.
Kind = Literal["count", "share", "rate", "mean", "median", "model", "index"]
Format = Literal[
    "statline_rows", "statline_export", "kerncijfers_csv", "kwb_workbook", "boundaries_geojson", "feature_table",
    "squares", "codebook", "town_workbook", "not_read",
]  # fmt: skip
Evidence = Literal["sourced", "inferred", "memory", "ours"]
Provenance = Literal["estimated", "calibrated", "literature", "assumption", ""]
EvidenceStatus = Literal["published", "derived", "withdrawn", "claim", "working_paper"]
Verified = Literal["source", "secondary_copy", "derived", "measured", "memory"]
EvidenceUse = Literal["target", "hold_out", "check", "definition", "none"]
ErrorStatus = Literal["none", "published", "assumption"]
WeightMethod = Literal["equal", "declared", "pca", "entropy", "regression", "optimised"]
Aggregation = Literal["arithmetic", "geometric", "harmonic", "power", "mazziotta_pareto", "copeland"]
Missing = Literal["renormalise", "middle", "regression"]


def summed(name: str) -> tuple[str, ...]:
    """The fields of a numerator or denominator: one, or those joined by ' + '."""
    return tuple(part.strip() for part in name.split(" + ") if part.strip())


def key(help: str, **options: Any) -> Any:
    """A dataclass field with the text that editors and the reference page show."""
    return field(metadata={"help": help}, **options)


@dataclass(frozen=True)
class Theme:
    """A theme of the benchmark; its indicators are in indicators/<id>.toml."""

    id: str = key("the file name of the theme's indicators")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    order: int = key("place in report and site")
    study: bool = key("one of the eleven themes of figure 2.1 of the study", default=False)
    note: str = key("what a reader should know", default="")
    note_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class Indicator:
    """One thing we measure. Exactly one way to compute it: `column`, or `numerator` with `denominator`
    (then `column` may name the publisher's ready-made share, used where an edition lacks the counts)."""

    id: str = key("snake_case, never renamed")
    theme: str = key("the file it stands in")
    title: str = key("Dutch title, as in the report")
    title_en: str = key("English title")
    definition: str = key("what it measures, in one or two Dutch sentences")
    definition_en: str = key("the same in English")
    unit: str = key("'%', 'per 1.000', 'euro', 'km', 'index', ...")
    direction: Direction = key("whether a higher value is favourable; neutral ones get no mark")
    kind: Kind = key("count, share with a known base, rate (events per inhabitants), mean, median, model, index")
    levels: tuple[AreaLevel, ...] = key("levels at which the publisher gives it")
    source: str = key("id of an entry in sources/")
    possible: tuple[float, float] = key("outside this range a value is an error")
    expected: tuple[float, float] = key("outside this range a value is remarked upon")
    status: EntryStatus = key("connected, or planned: no source yet, never shows a number")
    column: str = key("field that holds the value", default="")
    numerator: str = key("field with the count above the line, or counts joined by ' + '", default="")
    denominator: str = key("field with the count below the line, or counts joined by ' + '", default="")
    per: float = key("100 for a percentage, 1000 for a rate", default=1.0)
    base: str = key("field with the number that the value rests on (n)", default="")
    error: dict[str, float] = key(
        "declared standard error in units of the figure, level = number, where no margin is published per area",
        default_factory=dict,
    )
    error_status: ErrorStatus = key(
        "published: somebody measured it; assumption: nobody did; both are shown", default="none"
    )
    error_source: str = key("where the declared error stands", default="")
    error_date: str = key("date of that, YYYY-MM-DD", default="")
    publisher_columns: tuple[str, ...] = key("the publisher's column names, for planned entries", default=())
    decimals: int = key("decimals in print", default=1)
    published: str = key("'figure|row' in the study's printed ranks, when printed there", default="")
    mirrored: bool = key("the printed row is named the other way round ('Weinig ...')", default=False)
    note: str = key("caveat for the reader, Dutch", default="")
    note_en: str = key("the same in English", default="")
    replaced_by: str = key("id of the entry that replaces this one", default="")
    breaks: dict[str, str] = key(
        "first year measured in another way = why, Dutch; no change or trend crosses it", default_factory=dict
    )


@dataclass(frozen=True)
class Composite:
    """A mark made of marks. `theme` takes all judgement indicators of a theme; `parts` names them."""

    id: str = key("snake_case; a theme's composite is thema_<theme>")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    definition: str = key("what it stands for")
    definition_en: str = key("the same in English")
    theme: str = key("take all judgement indicators of this theme", default="")
    parts: tuple[str, ...] = key("ids of indicators or composites", default=())
    weights: WeightMethod = key(
        "equal; declared: as in `weight`; pca, entropy, regression: from the gemeenten of the year; optimised: so that "
        "each part decides as much as `weight` says",
        default="equal",
    )
    weight: dict[str, float] = key(
        "declared: part = weight; optimised: part = wanted importance; they need not add up to one",
        default_factory=dict,
    )
    target: str = key("regression only: id of the indicator that the parts should foretell", default="")
    aggregation: Aggregation = key("how the marks of the parts are added up", default="arithmetic")
    power: float = key(
        "power only: 1 is arithmetic, 0 geometric, -1 harmonic; lower: the worst counts more", default=1.0
    )
    minimum_weight: float = key("share of the weight that must be there; 0: the parameter", default=0.0)
    missing: Missing = key(
        "renormalise: weigh without what is missing; middle: a missing part counts as the mean mark; regression: as the "
        "other parts foretell it among gemeenten; what is filled in is flagged",
        default="renormalise",
    )
    published: str = key("'figure|row' in the study's printed ranks", default="")


@dataclass(frozen=True)
class Column:
    """Where a field stands in the publisher's table: header without position number, alternatives in order."""

    field: str = key("our field")
    column: tuple[str, ...] = key("the publisher's header, without the _12 at its end; several: first found wins")
    after: str = key("a header that stands before it, where the same header occurs more than once", default="")
    when: dict[str, str] = key(
        "only in rows where these dimension columns have these values; 'a + b' adds the rows of both up",
        default_factory=dict,
    )
    unit: str = key("the publisher's unit as seen ('x 1 000 euro'); a delivery in another is refused", default="")
    factor: float = key("the publisher's figure times this is ours: 1000 for jobs in thousands", default=1.0)
    margin: str = key("header of the margin beside it: half the width of the interval", default="")
    lower: str = key("header of the lower bound of its interval; goes with upper", default="")
    upper: str = key("header of the upper bound of its interval", default="")
    confidence: float = key("per cent of confidence of that margin or interval", default=95.0)


@dataclass(frozen=True)
class Margins:
    """A dimension in whose rows the publisher gives the bounds of an interval, beside those with the value itself."""

    dimension: str = key("header of the dimension")
    value: str = key("its key in rows with the value")
    lower: str = key("its key in rows with the lower bound")
    upper: str = key("its key in rows with the upper bound")
    confidence: float = key("per cent of confidence", default=95.0)


@dataclass(frozen=True)
class Fetch:
    """How a source comes from its publisher's own address."""

    protocol: Literal["statline", "wfs", "ogc_features", "file"] = key("which connector asks for it")
    catalog: Literal["CBS", "derden"] = key("StatLine: of CBS itself or of others at CBS", default="CBS")
    table: str = key("StatLine id, where one table holds all years; else each edition has its own", default="")
    address: str = key("wfs, ogc_features, file: address; {edition} and {yy} stand for the year", default="")
    layers: tuple[str, ...] = key("wfs, ogc_features: layers to ask for; {edition} and {yy} as above", default=())
    file_name: str = key("file: the name to keep it under", default="")
    narrowed: bool = key("whether `--town` asks only for the areas that a town needs", default=True)
    split_by: str = key("dimension by which a very large table is asked in parts", default="")


@dataclass(frozen=True)
class Edition:
    """One year's delivery of a source."""

    edition: str = key("the year it describes")
    boundaries: int = key("year of the area division that its codes follow")
    statline: str = key("StatLine table id", default="")
    evidence: Evidence = key("how the id and boundaries are known", default="sourced")
    period: str = key("key of the period, where one StatLine table holds several editions", default="")
    address: str = key("file: its own address, where it does not follow from the year", default="")
    note: str = key("what a reader should know", default="")


@dataclass(frozen=True)
class Source:
    """A publisher's table: who, under which licence, in which shape, which columns we take."""

    id: str = key("file name")
    title: str = key("Dutch title as the publisher writes it")
    title_en: str = key("English title")
    publisher: str = key("who answers for the figures")
    licence: str = key("licence of the figures")
    homepage: str = key("where a person can read about it")
    status: EntryStatus = key("connected: a reader and a contract exist")
    format: Format = key("which reader takes it")
    shape: Literal["recorded", "unverified", "ours"] = key("seen in a real file or recording, or known from memory")
    update: str = key("when a new edition is to be expected", default="")
    update_months: tuple[int, ...] = key("months (1-12) in which new figures usually come", default=())
    fetch: Fetch | None = key("how it is fetched; none: a person hands the file in", default=None)
    table: str = key("table that it fills", default="")
    recognise: tuple[str, ...] = key("headers that only this source has", default=())
    area_column: str = key("header of the area codes; of flows: where they start", default="")
    other_area_column: str = key("flows only: header of the codes where they end", default="")
    year_column: str = key("header of the period; empty: the edition is the year", default="")
    year_suffix: str = key("how the keys of periods that stand for a year end", default="JJ00")
    year_twins: dict[str, str] = key(
        "other ends of those keys: their rows fill the same fields with this in front, never the fields themselves",
        default_factory=dict,
    )
    name_column: str = key("header of the area names", default="")
    year_words: dict[str, str] = key("texts that stand for a year in the period column", default_factory=dict)
    where: dict[str, str] = key("only rows with these values", default_factory=dict)
    margins: Margins | None = key("rows with the bounds of intervals, where it has them", default=None)
    columns: tuple[Column, ...] = key("field = header", default=())
    editions: tuple[Edition, ...] = key("deliveries that we know", default=())
    precedence: int = key("where two sources give the same cell the higher one counts", default=0)
    note: str = key("traps", default="")

    @property
    def keys_of_values(self) -> dict[str, str]:
        """Per dimension the key of the rows in which the values themselves stand."""
        return self.where | ({self.margins.dimension: self.margins.value} if self.margins is not None else {})

    @property
    def fields(self) -> dict[str, str]:
        """Every field that it fills, those of its twins among them, with the field whose column that is."""
        own = [each.field for each in self.columns]
        return {f"{front}{each}": each for front in ("", *self.year_twins.values()) for each in own}


@dataclass(frozen=True)
class Field:
    """A column of our tables: one meaning, one unit, one name."""

    id: str = key("snake_case with the unit as suffix where it is not a plain count")
    title: str = key("Dutch meaning")
    unit: str = key("unit")
    type: Literal["count", "share", "rate", "mean", "median", "model", "index"] = key("decides merging and noise")
    possible: tuple[float, float] = key("outside this range a cell is an error")
    rounding: float = key("the publisher rounds to this step; 0 is not rounded", default=0.0)


@dataclass(frozen=True)
class Table:
    """A table of cells: what one row of it is."""

    id: str = key("file name in werkmap/tables")
    title: str = key("Dutch title")
    row: str = key("what one row of the publisher's file is")
    kind: Literal["cells", "flows", "squares"] = key(
        "figures of areas, of pairs of areas, or of squares of 100 m, which are never areas", default="cells"
    )


@dataclass(frozen=True)
class Correction:
    """A publisher's known error, put right as long as it is there: what is expected must stand in the file."""

    id: str = key("snake_case")
    source: str = key("id of the source")
    edition: str = key("the edition, or * for each")
    field: str = key("our field")
    area: str = key("area code, or * for every cell of the field that holds what is expected")
    expect: str = key("what the publisher gives: a number, or a mark such as '.'")
    becomes: Literal["afgeleid", "geheim", "later", "vervallen", "onmogelijk", "niet_gemeten"] = key(
        "status that the cell gets; afgeleid goes with a value"
    )
    reason: str = key("why this is an error, Dutch")
    evidence: Evidence = key("how the error is known")
    stated: str = key("where it is told: a document, note or letter")
    date: str = key("since when we correct it, YYYY-MM-DD")
    year: int = key("the year of the cell; 0 for each", default=0)
    value: str = key("the right number; empty when there is none", default="")


@dataclass(frozen=True)
class Group:
    """Gemeenten to compare with."""

    id: str = key("snake_case")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    members: tuple[str, ...] = key("gemeente codes")
    evidence: Evidence = key("sourced, inferred, from memory or ours")
    source: str = key("where the composition comes from")
    short: str = key("short Dutch name for figures", default="")
    short_en: str = key("short English name for figures", default="")
    order: int = key("order in figures", default=0)
    before: dict[str, str] = key("for a merged member: the part that is meant before the merger", default_factory=dict)


@dataclass(frozen=True)
class Region:
    """A town's relevant region. Gross has the dominant gemeente in it, net has not; neither has the town itself
    left out: it is a member like the others."""

    id: str = key("code of the town")
    title: str = key("Dutch name of the region")
    title_en: str = key("English name of the region")
    dominant: str = key("code of the dominant gemeente")
    members: tuple[str, ...] = key("gemeente codes, dominant one included")
    evidence: Evidence = key("sourced, inferred, from memory or ours")
    source: str = key("where the composition comes from")
    dominant_evidence: Evidence = key("the same for the dominant gemeente", default="sourced")


@dataclass(frozen=True)
class Parameter:
    """An assumption that moves a number."""

    id: str = key("snake_case")
    value: float = key("the value in use")
    unit: str = key("unit")
    definition: str = key("what it does")
    source: str = key("where it comes from")
    date: str = key("since when we use it, YYYY-MM-DD")
    evidence: Evidence = key("sourced, inferred, from memory or ours")
    believed: tuple[float, ...] = key(
        "lowest and highest value that is believed; none: a choice, not an estimate", default=()
    )
    provenance: Provenance = key(
        "for a coefficient of the simulation: estimated, calibrated, literature or assumption", default=""
    )
    definition_en: str = key("what it does, in English", default="")


@dataclass(frozen=True)
class Site:
    """One act on one site of a building programme. Words are those of the simulation (`simulation/classes.py`)."""

    id: str = key("name of the site, unique in the programme")
    act: Literal["bouwen", "slopen", "verkopen", "renoveren"] = key(
        "bouwen: new homes; slopen: homes withdrawn; verkopen: social rent becomes owner-occupied; renoveren: homes "
        "emptied, made anew and given back"
    )
    buurt: str = key("code of the buurt")
    first: str = key("YYYY-MM: first delivery, withdrawal or sale; renovation: households leave")
    last: str = key("YYYY-MM: last delivery, withdrawal or sale; renovation: homes are given back")
    homes: int = key("how many homes, spread evenly over first to last")
    tenure: Literal["koop", "corporatie", "particuliere huur"] = key("who owns them; of a sale: before it")
    form: Literal["eengezins", "meergezins"] = key("house or flat")
    price: Literal["laag", "midden", "hoog"] = key("class of value or rent within the country")
    floor: float = key("m2 of each home", default=75.0)
    cost: float = key("housing costs, euro a month; 0: as like homes in the buurt", default=0.0)
    groups: tuple[Literal["alleenstaand", "paar", "gezin", "eenouder"], ...] = key(
        "kinds of household that go first; none: everyone", default=()
    )
    return_right: bool = key("slopen, renoveren: households that had to leave may come back first", default=False)
    on: str = key("bouwen: name of the site whose ground is cleared first; nothing is built before that", default="")
    note: str = key("what a reader should know, Dutch", default="")


@dataclass(frozen=True)
class BuildingProgramme:
    """What a town means, or might mean, to build, demolish, sell and renovate: its own keys at the top, then a table
    [sites.<name>] per site."""

    id: str = key("file name")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    town: str = key("code of the gemeente")
    status: str = key("what it is: 'voorbeeld, geen plan van de gemeente', or the decision that it follows")
    source: str = key("document that it follows, or who made it up")
    invented: bool = key("whether it is made up", default=False)
    note: str = key("what a reader should know, Dutch", default="")
    status_en: str = key("status in English", default="")
    sites: tuple[Site, ...] = key("name = site", default=())

    def status_in(self, lang: str) -> str:
        """The status in a language; in Dutch where there is no other."""
        return (self.status_en if lang == "en" else "") or self.status


@dataclass(frozen=True)
class RenewalAsset:
    """Something that was built with the homes of a buurt and must be made anew when it is old."""

    id: str = key("snake_case")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    owner: str = key("who pays, Dutch; 'woning': whoever owns the home")
    unit: str = key("m, m2 or woning")
    per_house: tuple[float, float, float] = key("units per single-family home: low, middle, high")
    per_flat: tuple[float, float, float] = key("units per flat: low, middle, high")
    life: tuple[float, float, float] = key("mean years until it is made anew: low, middle, high")
    spread: float = key("how far single pieces lie around that mean, standard deviation as a share of it")
    cost: tuple[float, float, float] = key("euro per unit: low, middle, high")
    price_level: int = key("year of the prices")
    source: str = key("where life, amount and cost come from, Dutch")
    date: str = key("since when we use it, YYYY-MM-DD")
    evidence: Evidence = key("sourced, inferred, from memory or ours: that of the weakest part")


@dataclass(frozen=True)
class Finding:
    """One number or sign that somebody published, derived, claimed or took back: what results are held against."""

    id: str = key("snake_case; never renamed, also when it is taken back")
    statement: str = key("what it says, in one Dutch sentence")
    statement_en: str = key("the same in English")
    quantity: str = key("what was measured, snake_case: findings of one quantity can be held beside each other")
    unit: str = key("unit")
    source: str = key("who says so, and where")
    date: str = key("when, YYYY, YYYY-MM or YYYY-MM-DD")
    status: EvidenceStatus = key(
        "published; derived: arithmetic of ours on published numbers; withdrawn: taken back by who published it; claim: "
        "without a method one can check; working_paper: not reviewed yet"
    )
    verified: Verified = key(
        "how we know it: read at the source, in a copy of it, derived, measured by us, or from memory"
    )
    use: EvidenceUse = key(
        "target: calibrated to; hold_out: kept apart to test; check: order of magnitude or sign; definition; none"
    )
    value: float | None = key("the number; none where it is a sign or an order", default=None)
    low: float | None = key("lowest value that agrees with it", default=None)
    high: float | None = key("highest value that agrees with it", default=None)
    replaced_by: str = key("withdrawn only: id of the finding that is right", default="")
    reason: str = key("withdrawn only: by whom, when and why, Dutch", default="")


@dataclass(frozen=True)
class Mechanism:
    """One of the mechanisms by which a town goes up or down, with its baseline and its goal."""

    id: str = key("snake_case")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    question: str = key("what it asks, Dutch")
    question_en: str = key("the same in English")
    measure: Literal["level", "inequality", "qualitative"] = key(
        "level: the mark of a composite; inequality: how far buurten lie apart; qualitative: shown, never judged"
    )
    goal: Literal["region", "no_differences", "none"] = key(
        "level with the region, no undesirable differences, or none"
    )
    goal_text: str = key("the goal as the town states it, in our words, Dutch")
    goal_text_en: str = key("the same in English")
    source: str = key("document and chapter")
    evidence: Evidence = key("how mechanism and goal are known")
    composite: str = key("level: id of the composite", default="")
    indicators: tuple[str, ...] = key("inequality and qualitative: ids of indicators", default=())
    baseline: int = key("year of the first measurement", default=2019)
    goal_year: int = key("year of the goal", default=2040)
    gaps: tuple[str, ...] = key("what cannot be measured yet, and why, Dutch", default=())
    gaps_en: tuple[str, ...] = key("the same in English, as many and in the same order", default=())
    order: int = key("place in the report", default=0)


@dataclass(frozen=True)
class KeyIndicator:
    """A key indicator of the yearly Staat van de stad, and what measures it here."""

    id: str = key("snake_case")
    title: str = key("Dutch title, as in the Staat")
    title_en: str = key("English title")
    source: str = key("document and chapter")
    measured_by: tuple[str, ...] = key("ids of indicators or composites, best first", default=())
    gap: str = key("what is missing, Dutch", default="")
    gap_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class Arrow:
    """One belief of the causal map: a rise of the cause brings a rise (+) or a fall (-) of the effect."""

    id: str = key("snake_case")
    cause: str = key("id of a mechanism, indicator, composite or concept")
    effect: str = key("id of a mechanism, indicator, composite or concept")
    sign: Literal["+", "-"] = key("whether the effect goes the same way or the other")
    strength: Literal["weak", "moderate", "strong", "unknown"] = key("as the source puts it")
    source: str = key("document and chapter, or 'hypothese'")
    note: str = key("in our words, Dutch")


@dataclass(frozen=True)
class Concept:
    """A node of the causal map that is no mechanism; most have no figure that measures them yet."""

    id: str = key("snake_case")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    measured_by: str = key("id of an indicator or composite that measures it, where there is one", default="")


@dataclass(frozen=True)
class GroupFamily:
    """Groups of people, households or homes that exclude each other, of which is asked how far they live apart."""

    id: str = key("snake_case")
    title: str = key("Dutch title, as in 'verschillen naar ...'")
    title_en: str = key("English title")
    base: str = key("field with the count of everyone")
    groups: tuple[str, ...] = key("fields with the count of each group, or its share of the base in percent")
    rest: str = key("what to call those of the base in none of the groups; empty: the groups are everyone", default="")
    note: str = key("what a reader should know, Dutch", default="")


class Titled(Protocol):
    """An entry with a title in both languages."""

    @property
    def title(self) -> str:
        """In Dutch."""

    @property
    def title_en(self) -> str:
        """In English."""


def title_in(entry: Titled, lang: str) -> str:
    """The title of an entry in a language."""
    return entry.title_en if lang == "en" else entry.title


def text_in(entry: object, name: str, lang: str) -> str:
    """A text of an entry in a language; in Dutch where there is no English one."""
    return str((getattr(entry, f"{name}_en", "") if lang == "en" else "") or getattr(entry, name))


def texts_in(entry: object, name: str, lang: str) -> tuple[str, ...]:
    """The same of several texts."""
    found: tuple[str, ...] = (getattr(entry, f"{name}_en") if lang == "en" else ()) or getattr(entry, name)
    return found
