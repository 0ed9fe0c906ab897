"""What can go wrong at a publisher or on the way, by name. Each is a change to an answer before or while it is sent.

`ask` faults change what the publisher understands of a question, `part` faults what it says, `wire` faults how that is
sent. Faults on figures act on rows only, those on pages on rows and on features of a map.
"""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import re
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from stadspeil.sources.nieuwland.serving.parts import Part, Question

AskChange = Callable[[Question], Question]
PartChange = Callable[[Part, Question], None]


@dataclass
class Wire:
    """An answer on its way: its bytes, headers, where it is cut and how slowly it drips (seconds per piece)."""

    body: bytes
    headers: dict[str, str]
    cut_at: int | None = None
    drip_s: float = 0.0


WireChange = Callable[[Wire], None]


@dataclass(frozen=True)
class Fault:
    """A fault: what it does in one Dutch sentence, and the change it makes."""

    name: str
    description: str
    ask: AskChange | None = None
    part: PartChange | None = None
    wire: WireChange | None = None


@dataclass
class Switch:
    """A fault that is on, for so many questions (None: always), for addresses that hold a text."""

    fault: Fault
    times: int | None = None
    path: str = ""
    used: int = 0
    counting: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def applies(self, question: Question) -> bool:
        """Whether it acts on this question, and counts it if so."""
        if self.path and self.path not in f"{question.host}{question.path}":
            return False
        with self.counting:
            if self.times is not None and self.used >= self.times:
                return False
            self.used += 1
        return True


FAULTS: dict[str, Fault] = {}


def _ask(name: str, description: str) -> Callable[[AskChange], AskChange]:
    def keep(change: AskChange) -> AskChange:
        FAULTS[name] = Fault(name, description, ask=change)
        return change

    return keep


def _part(name: str, description: str) -> Callable[[PartChange], PartChange]:
    def keep(change: PartChange) -> PartChange:
        FAULTS[name] = Fault(name, description, part=change)
        return change

    return keep


def _wire(name: str, description: str) -> Callable[[WireChange], WireChange]:
    def keep(change: WireChange) -> WireChange:
        FAULTS[name] = Fault(name, description, wire=change)
        return change

    return keep


def switched(text: str) -> Switch:
    """A switch from 'name', 'name:times' or 'name:times:path'. KeyError for no such fault, ValueError for no number."""
    name, _, rest = text.partition(":")
    times, _, path = rest.partition(":")
    if name not in FAULTS:
        raise KeyError(name)
    return Switch(FAULTS[name], int(times) if times else None, path)


def _becomes(part: Part, status: int, text: str, kind: str, **headers: str) -> None:
    part.status, part.text, part.kind = status, text, kind
    part.rows, part.value, part.features, part.content, part.link = None, None, None, b"", ("", "")
    part.headers |= {name.replace("_", "-"): value for name, value in headers.items()}


@_part("server_error", "De uitgever antwoordt met een storing (500).")
def _server_error(part: Part, question: Question) -> None:
    _becomes(part, 500, "Internal Server Error", "text/plain")


@_part("storm_429", "De uitgever vindt dat er te vaak wordt gevraagd (429) en vraagt om een seconde geduld.")
def _storm(part: Part, question: Question) -> None:
    _becomes(part, 429, "Too Many Requests", "text/plain", Retry_After="1")


@_part("retry_after_in_past", "De klok van de uitgever loopt jaren achter: wacht tot een dag in 2015.")
def _past(part: Part, question: Question) -> None:
    _becomes(part, 503, "later", "text/plain", Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")


@_part("forbidden_html", "Een beveiliging onderweg weigert met een webpagina (403).")
def _forbidden(part: Part, question: Question) -> None:
    _becomes(part, 403, "<html><body>Geblokkeerd</body></html>", "text/html")


@_part("html_with_200", "Een webpagina met een goede status.")
def _html(part: Part, question: Question) -> None:
    _becomes(part, 200, "<!DOCTYPE html><html>Er is iets misgegaan</html>", "text/html")


@_part("html_as_json", "Een webpagina die zegt JSON te zijn.")
def _html_as_json(part: Part, question: Question) -> None:
    _becomes(part, 200, "<html>Onderhoud</html>", "application/json")


@_part("error_text_with_200", "Een foutmelding als tekst met een goede status, zoals eens is opgenomen.")
def _error_text(part: Part, question: Question) -> None:
    if part.rows is not None:
        _becomes(part, 200, "Error getting TypedDataSet: Could not find a property", "application/json")


@_part("error_json_with_200", "Een foutmelding van OData met een goede status.")
def _error_json(part: Part, question: Question) -> None:
    if part.rows is not None:
        _becomes(part, 200, json.dumps({"odata.error": {"message": {"value": "stuk"}}}), "application/json")


@_part("not_found", "De tabel is er niet meer (404).")
def _not_found(part: Part, question: Question) -> None:
    _becomes(part, 404, "Not Found", "text/plain")


@_part("row_limit_10000", "De dienst geeft niet meer dan 10.000 rijen (500).")
def _row_limit(part: Part, question: Question) -> None:
    if part.rows is not None:
        _becomes(part, 500, "The query returns more than 10000 records", "text/plain")


@_part("redirect_other_host", "Een doorverwijzing naar een andere host.")
def _redirect(part: Part, question: Question) -> None:
    _becomes(part, 302, "", "text/plain", Location="https://elders.example/tabel")


@_part("redirect_private", "Een doorverwijzing naar een adres binnen een eigen netwerk.")
def _redirect_private(part: Part, question: Question) -> None:
    _becomes(part, 302, "", "text/plain", Location="https://169.254.169.254/latest/meta-data")


@_part("empty_answer", "Een leeg antwoord met een goede status.")
def _empty(part: Part, question: Question) -> None:
    _becomes(part, 200, " ", "application/json")


@_part("wrong_content_type", "JSON die zegt een plaatje te zijn.")
def _wrong_type(part: Part, question: Question) -> None:
    part.kind = "image/png"


@_part("next_link_other_host", "De volgende bladzijde staat op een andere host.")
def _link_host(part: Part, question: Question) -> None:
    if part.link[0]:
        part.link = (part.link[0], "https://elders.example/TypedDataSet?$skip=10000")


@_part("next_link_loop", "De volgende bladzijde is steeds dezelfde.")
def _link_loop(part: Part, question: Question) -> None:
    if part.link[0]:
        part.link = (part.link[0], f"https://{question.host}{question.path}?$skip=0")


@_part("next_link_other_table", "De volgende bladzijde is van een andere tabel.")
def _link_table(part: Part, question: Question) -> None:
    if part.link[1]:
        before, _, entity = question.path.rpartition("/")
        part.link = (part.link[0], part.link[1].replace(question.path, f"{before}/Anders/{entity}"))


@_ask("repeated_page", "Elke bladzijde is de eerste.")
def _repeated(question: Question) -> Question:
    kept = {name: value for name, value in question.query.items() if name not in ("$skip", "startIndex", "offset")}
    return replace(question, query=kept)


@_part("missing_page", "Er wordt op elke bladzijde een stuk overgeslagen.")
def _missing(part: Part, question: Question) -> None:
    _placed(part, lambda places: places[:2] + places[4:])


@_part("page_order_changed", "De volgorde verandert onder het ophalen: rijen komen dubbel en andere niet.")
def _order(part: Part, question: Question) -> None:
    _placed(part, lambda places: places[:-2] + places[:2] if len(places) > 4 else places)


@_part("duplicated_rows", "Elke rij komt twee keer.")
def _duplicated(part: Part, question: Question) -> None:
    _placed(part, lambda places: places * 2)


@_part("more_rows_than_counted", "De uitgever telt een rij minder dan hij geeft.")
def _miscounted(part: Part, question: Question) -> None:
    if question.entity == "$count":
        part.text = str(int(part.text) - 1)
    counted = part.about.keys() & {"@odata.count", "numberMatched"}
    part.about = part.about | {name: part.about[name] - 1 for name in counted}


@_part("fewer_rows", "De helft van de gebieden ontbreekt, met doorlopende nummers.")
def _fewer(part: Part, question: Question) -> None:
    if part.rows is not None:
        part.rows = part.rows.gather_every(2).pipe(_renumbered)


@_part("year_missing", "De cijfers van het laatste jaar ontbreken.")
def _year_missing(part: Part, question: Question) -> None:
    if part.rows is not None and "Perioden" in part.rows.columns:
        last = part.rows["Perioden"].max()
        part.rows = part.rows.filter(pl.col("Perioden") != last).pipe(_renumbered)


@_part("reordered_columns", "De kolommen staan in een andere volgorde.")
def _reordered(part: Part, question: Question) -> None:
    if part.rows is not None:
        part.rows = part.rows.select(part.rows.columns[::-1])


@_part("changed_suffix", "De nummers achter de kolomnamen zijn opgeschoven, in cijfers en beschrijving.")
def _suffix(part: Part, question: Question) -> None:
    _rename_topics(
        part, lambda key: f"{key.rpartition('_')[0]}_{int(key.rpartition('_')[2]) + 7}" if "_" in key else key
    )


@_part("renamed_column", "Een kolom heeft in de cijfers een andere naam dan in de beschrijving.")
def _renamed(part: Part, question: Question) -> None:
    if part.rows is not None:
        first = _numbers(part.rows)[0]
        part.rows = part.rows.rename({first: f"Vernieuwd{first}"})


@_part("all_columns_renamed", "Alle kolommen heten anders, in cijfers en beschrijving.")
def _all_renamed(part: Part, question: Question) -> None:
    _rename_topics(part, lambda key: f"Nieuw{key}")


@_part("column_vanished", "Een kolom is uit cijfers en beschrijving verdwenen.")
def _vanished(part: Part, question: Question) -> None:
    if part.rows is not None:
        part.rows = part.rows.drop(_numbers(part.rows)[3:4])
    elif question.entity == "DataProperties" and part.value:
        topics = [each for each in part.value if each.get("Type") == "Topic" and each.get("Datatype") != "String"]
        part.value = [each for each in part.value if each not in topics[3:4]]


@_part("extra_dimension_key", "Een dimensie heeft een code erbij.")
def _extra_key(part: Part, question: Question) -> None:
    if part.value and question.entity not in ("TableInfos", "DataProperties", "WijkenEnBuurten", "RegioS"):
        part.value = [*part.value, {"Key": "NIEUW1  ", "Title": "Nieuw"}]


@_part("extra_region_level", "Er is een nieuw soort regio bij gekomen.")
def _extra_level(part: Part, question: Question) -> None:
    area = _area_column(part)
    if part.rows is not None and area and part.rows.height:
        width = len(part.rows[area][0])
        more = part.rows.head(1).with_columns(pl.lit(f"{'RS01':<{width}}").alias(area))
        if "ID" in more.columns:
            more = more.with_columns(ID=pl.lit(part.rows["ID"].max(), dtype=pl.UInt32) + 1)
        part.rows = part.rows if part.link[1] else pl.concat([part.rows, more])
    elif part.value and question.entity in ("WijkenEnBuurten", "RegioS"):
        part.value = [*part.value, {"Key": "RS01", "Title": "Nieuwe regio"}]
    elif question.entity == "$count":
        part.text = str(int(part.text) + 1)


@_part("unpadded_codes", "De codes hebben geen spaties meer erachter.")
def _unpadded(part: Part, question: Question) -> None:
    if part.rows is not None:
        part.rows = part.rows.with_columns(pl.col(pl.String).str.strip_chars())


@_part("table_renamed", "Onder dit adres staat nu een andere tabel.")
def _other_table(part: Part, question: Question) -> None:
    _retold(part, question, Identifier="99999NED")


@_part(
    "metadata_newer_than_data", "De beschrijving hoort bij een nieuwere versie: zij kent een kolom die er nog niet is."
)
def _newer(part: Part, question: Question) -> None:
    if question.entity == "DataProperties" and part.value:
        part.value = [*part.value, {"Key": "Toekomst_99", "Type": "Topic", "Title": "Toekomst", "Unit": "aantal"}]


@_part("modified_meanwhile", "De tabel wordt gewijzigd terwijl zij wordt opgehaald.")
def _meanwhile(part: Part, question: Question) -> None:
    _retold(part, question, Modified=f"2030-01-01T00:00:{next(_SECONDS):02}")


@_part("unit_changed_x1000", "Alle getallen zijn een duizendste van wat zij waren.")
def _thousandth(part: Part, question: Question) -> None:
    _scale(part, 1 / 1000)


@_part("unit_told_otherwise", "De beschrijving noemt bij alles een andere eenheid.")
def _unit_told(part: Part, question: Question) -> None:
    if question.entity == "DataProperties" and part.value:
        part.value = [{**each, "Unit": "x 1 000 000"} if each.get("Type") == "Topic" else each for each in part.value]


@_part("fraction_for_percent", "Percentages staan er als breuk.")
def _fraction(part: Part, question: Question) -> None:
    _scale(part, 1 / 100)


@_part("special_codes_everywhere", "Overal staat -99997, de code voor geheim.")
def _special(part: Part, question: Question) -> None:
    if part.rows is not None:
        part.rows = part.rows.with_columns(pl.lit(-99_997).alias(name) for name in _numbers(part.rows))


@_part("nulls_in_a_column", "Een kolom is helemaal leeg geworden.")
def _nulls(part: Part, question: Question) -> None:
    if part.rows is not None:
        part.rows = part.rows.with_columns(pl.lit(None, dtype=pl.Float64).alias(_numbers(part.rows)[0]))


@_part("infinity", "Er staat een oneindig getal in, wat geen JSON is.")
def _infinity(part: Part, question: Question) -> None:
    if part.rows is not None:
        part.content = _patched(part, "Infinity")


@_part("nan", "Er staat NaN in, wat geen JSON is.")
def _nan(part: Part, question: Question) -> None:
    if part.rows is not None:
        part.content = _patched(part, "NaN")


@_part("words_for_numbers", "Een getal is een woord geworden.")
def _words(part: Part, question: Question) -> None:
    if part.rows is not None:
        part.content = _patched(part, '"veel"')


@_part("decimal_comma_texts", "Getallen staan als tekst met een komma.")
def _comma(part: Part, question: Question) -> None:
    if part.rows is not None:
        part.rows = part.rows.with_columns(
            pl.col(name).cast(pl.Float64).round(1).cast(pl.String).str.replace(".", ",", literal=True)
            for name in _numbers(part.rows)
        )


@_part("revised_values", "Een tiende van de getallen is vervijftigvoudigd.")
def _revised(part: Part, question: Question) -> None:
    if part.rows is not None:
        name = _numbers(part.rows)[0]
        hit = pl.int_range(pl.len()) % 10 == 0
        part.rows = part.rows.with_columns(pl.when(hit).then(pl.col(name) * 50).otherwise(pl.col(name)).alias(name))


@_part("boundaries_changed_within_year", "Er staan gemeenten in die in dat jaar niet bestonden.")
def _boundaries(part: Part, question: Question) -> None:
    area = _area_column(part)
    if part.rows is not None and area:
        codes = pl.col(area).str.replace(r"^GM9\d\d\d", "GM9898")
        changed = part.rows.with_columns(
            pl.when(pl.int_range(pl.len()) == pl.len() - 1).then(codes).otherwise(area).alias(area)
        )
        part.rows = changed
    elif part.value and question.entity in ("WijkenEnBuurten", "RegioS"):
        part.value = [*part.value, {"Key": "GM9898", "Title": "Nergens"}]


@_part(
    "etag_never_changes",
    "Het kenmerk van elk antwoord blijft gelijk: wie het noemt hoort dat er niets nieuws is (304).",
)
def _same(part: Part, question: Question) -> None:
    part.headers["ETag"] = '"altijd"'


@_wire("cut_connection", "De verbinding breekt af halverwege.")
def _cut(wire: Wire) -> None:
    wire.cut_at = len(wire.body) // 2


@_wire("cut_json", "Het antwoord is half, met een lengte die klopt.")
def _cut_json(wire: Wire) -> None:
    wire.body = wire.body[: len(wire.body) // 2]
    wire.headers["Content-Length"] = str(len(wire.body))


@_wire("wrong_content_length", "Er wordt meer beloofd dan er komt.")
def _length(wire: Wire) -> None:
    wire.headers["Content-Length"] = str(len(wire.body) + 500)


@_wire("slow_drip", "Het antwoord druppelt binnen.")
def _drip(wire: Wire) -> None:
    wire.drip_s = 0.05


@_wire("gzip_bomb", "Een klein antwoord dat uitgepakt honderden MB is.")
def _bomb(wire: Wire) -> None:
    wire.body = _zeros()
    wire.headers |= {"Content-Encoding": "gzip", "Content-Length": str(len(wire.body))}


@_wire("broken_gzip", "Het antwoord zegt ingepakt te zijn, en is het niet.")
def _broken_gzip(wire: Wire) -> None:
    wire.headers["Content-Encoding"] = "gzip"


@_wire("truncated_gzip", "Het ingepakte antwoord mist zijn einde.")
def _truncated_gzip(wire: Wire) -> None:
    wire.body = gzip.compress(wire.body)[:-40]
    wire.headers |= {"Content-Encoding": "gzip", "Content-Length": str(len(wire.body))}


@_wire("wrong_charset", "Het antwoord is geen UTF-8.")
def _charset(wire: Wire) -> None:
    wire.body = wire.body.decode("utf-8", "replace").encode("utf-16")
    wire.headers["Content-Length"] = str(len(wire.body))


@_wire("wrong_checksum", "Het controlegetal dat de uitgever meegeeft klopt niet.")
def _checksum(wire: Wire) -> None:
    wire.headers["Content-MD5"] = "AAAAAAAAAAAAAAAAAAAAAA=="


@_wire("truncated_file", "Een bestand mist zijn tweede helft, met een lengte die klopt.")
def _truncated(wire: Wire) -> None:
    _cut_json(wire)


@_wire("flipped_bit", "Onderweg is een teken veranderd.")
def _flipped(wire: Wire) -> None:
    middle = len(wire.body) // 2
    wire.body = wire.body[:middle] + bytes([wire.body[middle] ^ 0x80]) + wire.body[middle + 1 :]


@functools.cache
def _zeros() -> bytes:
    """800 MB of nothing, as gzip of less than one."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [squeezed.compress(bytes(10_000_000)) for _ in range(80)]
    return b"".join([*pieces, squeezed.flush()])


_SECONDS = itertools.cycle(range(60))
_NUMBERED = re.compile(r"_\d+$")


def _numbers(rows: pl.DataFrame) -> list[str]:
    return [name for name, kind in rows.schema.items() if kind.is_numeric() and name not in ("ID", "Id")]


def _renumbered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(ID=pl.int_range(rows.height, dtype=pl.UInt32)) if "ID" in rows.columns else rows


def _area_column(part: Part) -> str:
    names = part.rows.columns if part.rows is not None else []
    return next((name for name in ("WijkenEnBuurten", "RegioS") if name in names), "")


def _placed(part: Part, chosen: Callable[[list[int]], list[int]]) -> None:
    """Rows of figures, or features of a map, by their place on the page."""
    if part.rows is not None:
        part.rows = part.rows[chosen(list(range(part.rows.height)))]
    elif part.features is not None:
        part.features = [part.features[place] for place in chosen(list(range(len(part.features))))]


def _retold(part: Part, question: Question, **told: str) -> None:
    """What a table says of itself, in the old service or the new one, told otherwise."""
    if question.entity == "TableInfos" and part.value:
        part.value = [{**part.value[0], **told}]
    elif question.entity == "Properties" and part.status == 200:
        part.text = json.dumps({**json.loads(part.text), **told})


def _scale(part: Part, factor: float) -> None:
    if part.rows is not None:
        part.rows = part.rows.with_columns((pl.col(_numbers(part.rows)) * factor).round(6))


def _rename_topics(part: Part, change: Callable[[str], str]) -> None:
    if part.rows is not None:
        topics = [name for name in part.rows.columns if _NUMBERED.search(name)]
        part.rows = part.rows.rename({name: change(name) for name in topics})
    elif part.value and part.value[0].get("Type") is not None:
        part.value = [_with_key(each, change) if each.get("Type") == "Topic" else each for each in part.value]


def _with_key(each: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {**each, "Key": change(str(each["Key"]))}


def _patched(part: Part, text: str) -> bytes:
    """The body with the first row's first figure replaced by a text that JSON may not have."""
    rows = part.rows if part.rows is not None else pl.DataFrame()
    name = _numbers(rows)[0]
    mark = -987_654_321
    first = pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(mark)).otherwise(pl.col(name))
    spoiled = Part(about=part.about, rows=rows.with_columns(first.alias(name)), link=part.link)
    body = spoiled.body()
    for written in (f"{mark}.0", str(mark)):
        body = body.replace(written.encode(), text.encode())
    return body
