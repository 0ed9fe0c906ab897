"""The report as slides: a PowerPoint with native charts, to change and to tell the story with."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from stadspeil.report.document import Chapter, Grid, Heading, Line, Report
from stadspeil.report.pages import finding_sentence
from stadspeil.report.wording import Wording, wording

MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_INK, _SOFT, _ACCENT, _WARNING = "1D2530", "5B6672", "17466E", "FFE08A"
_TOWN, _GROUP = "1F5F99", "A84F04"
_ROWS, _BULLETS = 11, 6
# Millimeters of text on a page of the report.
_PAGE = 170.0
# Zip has no earlier moment.
_ZIPPED = (1980, 1, 1, 0, 0, 0)
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def report_slides(report: Report) -> bytes:
    """The slides as bytes; equal reports give equal bytes."""
    from pptx import Presentation
    from pptx.util import Cm

    words = wording(report.lang)
    deck = Presentation()
    deck.slide_width, deck.slide_height = Cm(33.867), Cm(19.05)
    maker = _Maker(deck, report, words)
    maker.opening()
    maker.bullets(words("first.answer"), _answer(report, words))
    maker.marks(words("slides.themes", town=report.town.name), report.themes)
    for section in report.sections:
        judged = [line for line in section.judged if line.mark is not None]
        if judged:
            maker.marks(section.title, judged[:_ROWS])
    for chapter in report.chapters:
        maker.chapter(chapter)
    maker.bullets(words("slides.reading"), words.many("slides.cautions", town=report.town.name))
    maker.bullets(words("slides.sources"), _sources(report))
    properties = deck.core_properties
    properties.title, properties.author = words("document.full_title", town=report.town.name), "Stadspeil"
    properties.created = properties.modified = MADE
    properties.last_modified_by, properties.revision = "Stadspeil", 1
    target = io.BytesIO()
    deck.save(target)
    return _same_each_time(target.getvalue())


def _answer(report: Report, words: Wording) -> list[str]:
    strong = [f"{line.title}: {finding_sentence(report, line, words)}" for line in report.strongest[:3]]
    weak = [f"{line.title}: {finding_sentence(report, line, words)}" for line in report.weakest[:3]]
    return [*report.summary, *strong, *weak]


def _headed(chapter: Chapter) -> list[str]:
    """The sentences of a chapter, the first under each heading with the heading before it."""
    found, heading = [], ""
    for part in chapter.parts:
        if isinstance(part, Heading):
            heading = part.text
        elif isinstance(part, str):
            found.append(f"{heading}: {part}" if heading else part)
            heading = ""
    return found


def _shares(grid: Grid) -> list[float]:
    """Columns as wide beside each other as on paper: '1fr' takes what the millimeters leave of a page."""
    fixed = [float(width.removesuffix("mm")) if width.endswith("mm") else 0.0 for width in grid.widths]
    free = max(_PAGE - sum(fixed), 40.0) / max(1, fixed.count(0.0))
    wide = [each or free for each in fixed]
    return [each / sum(wide) for each in wide]


def _sources(report: Report) -> list[str]:
    return [f"{each.title}, {each.publisher}, {each.edition} ({each.licence})" for each in report.sources if each.used]


def _same_each_time(content: bytes) -> bytes:
    """The same zip with one moment for all entries, also in the workbooks that charts carry."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as again:
        for entry in made.infolist():
            part = made.read(entry)
            if entry.filename.endswith(".xlsx"):
                part = _same_each_time(part)
            elif entry.filename == "docProps/core.xml":
                part = _MOMENT.sub(MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), part)
            again.writestr(zipfile.ZipInfo(entry.filename, _ZIPPED), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


class _Maker:
    """Puts slides in a deck, each with a title, and the word 'invented' where it holds."""

    def __init__(self, deck: Any, report: Report, words: Wording) -> None:
        self.deck, self.report, self.words = deck, report, words

    def opening(self) -> None:
        """The title slide."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        slide.shapes.title.text = self.words("document.full_title", town=self.report.town.name)
        country = self.words("words.invented_country" if self.report.invented else "words.country")
        slide.placeholders[1].text = self.words("document.subtitle", town=self.report.town.name, country=country)
        self._finish(slide)

    def bullets(self, title: str, items: Sequence[str]) -> None:
        """A slide with a few lines of text; more lines go on to a next one."""
        from pptx.util import Pt

        for start in range(0, len(items), _BULLETS):
            slide = self._slide(title)
            frame = slide.placeholders[1].text_frame
            frame.word_wrap = True
            for number, item in enumerate(items[start : start + _BULLETS]):
                paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
                paragraph.text = item
                paragraph.font.size = Pt(18)
            self._finish(slide)

    def marks(self, title: str, lines: Sequence[Line]) -> None:
        """The figure of the study as a native chart: marks as bars beside those of the group; places in the labels."""
        if not lines:
            return
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
        from pptx.util import Cm, Pt

        slide = self._slide(title, layout=5)
        rows = list(reversed(lines))
        data = CategoryChartData(number_format="0.0")
        data.categories = [f"{line.title} ({self.words.place(line.place)})" for line in rows]
        data.add_series(self.report.town.name, [line.mark for line in rows])
        group = self.report.own_group
        if group is not None:
            data.add_series(self.report.comparisons[group].short, [line.averages[group].mark for line in rows])
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, Cm(1.5), Cm(3.6), Cm(30.8), Cm(13.6), data)
        chart = frame.chart
        chart.has_legend, chart.has_title = True, False
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        chart.font.size = Pt(12)
        axis = chart.value_axis
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 3, 10, 1
        for series, color in zip(chart.plots[0].series, (_TOWN, _GROUP), strict=False):
            _paint(series, color)
        chart.plots[0].gap_width = 60
        self._describe(frame, self.words("slides.chart_alt", title=title, marks="; ".join(
            f"{line.title} {self.words.mark(line.mark)}, {self.words.place(line.place)}" for line in lines)))  # fmt: skip
        self._finish(slide)

    def chapter(self, chapter: Chapter) -> None:
        """A chapter of the analyses: its sentences, and its first table as a native table."""
        texts = _headed(chapter)[1:]
        if texts:
            self.bullets(chapter.title, texts[: 2 * _BULLETS])
        grids = [part for part in chapter.parts if isinstance(part, Grid)]
        if grids:
            self._table(chapter.title, grids[0])

    def _table(self, title: str, grid: Grid) -> None:
        from pptx.util import Cm, Pt

        slide = self._slide(title, layout=5)
        rows = grid.rows[:_ROWS]
        frame = slide.shapes.add_table(len(rows) + 1, len(grid.heads), Cm(1.5), Cm(3.6), Cm(30.8), Cm(1.0))
        for number, width in enumerate(_shares(grid)):
            frame.table.columns[number].width = Cm(30.8 * width)
        for place, row in enumerate((grid.heads, *rows)):
            for number, text in enumerate(row):
                cell = frame.table.cell(place, number)
                cell.text = text
                cell.text_frame.paragraphs[0].font.size = Pt(12)
        self._describe(frame, grid.caption)
        self._finish(slide)

    def _slide(self, title: str, layout: int = 1) -> Any:
        from pptx.util import Cm

        slide = self.deck.slides.add_slide(self.deck.slide_layouts[layout])
        slide.shapes.title.text = title
        slide.shapes.title.left, slide.shapes.title.top = Cm(1.5), Cm(0.9)
        slide.shapes.title.width, slide.shapes.title.height = Cm(30.8), Cm(2.2)
        if layout == 1:
            body = slide.placeholders[1]
            body.left, body.top, body.width, body.height = Cm(1.5), Cm(3.6), Cm(30.8), Cm(13.4)
        return slide

    def _finish(self, slide: Any) -> None:
        """Looks of the title, and the banner of an invented country."""
        from pptx.dml.color import RGBColor
        from pptx.util import Cm, Pt

        paragraph = slide.shapes.title.text_frame.paragraphs[0]
        paragraph.font.size, paragraph.font.bold = Pt(28), True
        paragraph.font.color.rgb = RGBColor.from_string(_ACCENT)
        if self.report.invented:
            box = slide.shapes.add_textbox(Cm(0), Cm(18.0), Cm(33.867), Cm(1.0))
            box.name = "banner"
            box.fill.solid()
            box.fill.fore_color.rgb = RGBColor.from_string(_WARNING)
            box.text_frame.text = self.words("document.banner")
            box.text_frame.paragraphs[0].font.size = Pt(14)

    @staticmethod
    def _describe(frame: Any, text: str) -> None:
        frame._element.nvGraphicFramePr.cNvPr.set("descr", text)


def _paint(series: Any, color: str) -> None:
    from pptx.dml.color import RGBColor

    series.format.fill.solid()
    series.format.fill.fore_color.rgb = RGBColor.from_string(color)
