"""The report as slides: a PowerPoint with native charts, to change and to tell the story with."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from stadspeil.report import native_charts
from stadspeil.report.deck import BOX, BULLETS, ROWS, Deck
from stadspeil.report.document import Chapter, Drawing, Grid, Heading, Line, Report
from stadspeil.report.drawing.content import Dials, Panels, Places, Slopes, Waterfall
from stadspeil.report.drawing.panels import panel_alt
from stadspeil.report.drawing.places import places_alt
from stadspeil.report.pages import finding_sentence
from stadspeil.report.pdf import svg_png
from stadspeil.report.wording import Wording, wording

_TOWN, _GROUP = "1F5F99", "A84F04"


def report_slides(report: Report) -> bytes:
    """The slides as bytes; equal reports give equal bytes."""
    words, town = wording(report.lang), report.town.name
    maker = _Maker(report, words)
    country = words("words.invented_country" if report.invented else "words.country")
    title = words("document.full_title", town=town)
    maker.opening(title, words("document.subtitle", town=town, country=country))
    maker.bullets(words("first.answer"), _answer(report, words))
    maker.marks(words("slides.themes", town=town), report.themes, words("standing.caption"))
    for section in report.sections:
        judged = [line for line in section.judged if line.mark is not None]
        if judged:
            maker.marks(section.title, judged[:ROWS], words("theme.judged_caption", theme=section.title))
    for chapter in report.chapters:
        maker.chapter(chapter)
    maker.bullets(words("slides.reading"), words.many("slides.cautions", town=town))
    maker.bullets(words("slides.sources"), _sources(report))
    return maker.saved(title)


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


def _sources(report: Report) -> list[str]:
    return [f"{each.title}, {each.publisher}, {each.edition} ({each.licence})" for each in report.sources if each.used]


class _Maker(Deck):
    """Puts the slides of a report in a deck."""

    def __init__(self, report: Report, words: Wording) -> None:
        super().__init__(words, report.invented)
        self.report = report

    def marks(self, title: str, lines: Sequence[Line], under: str) -> None:
        """The figure of the study as a native chart: marks as bars beside those of the group; places in the labels."""
        if not lines:
            return
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
        from pptx.util import Cm, Pt

        slide = self.slide(title, layout=5, under=under)
        rows = list(reversed(lines))
        data = CategoryChartData(number_format="0.0")
        data.categories = [f"{line.title} ({self.words.place(line.place)})" for line in rows]
        group = self.report.own_group
        # Bars begin at the foot: the town comes last, to stand above its group.
        if group is not None:
            data.add_series(self.report.comparisons[group].short, [line.averages[group].mark for line in rows])
        data.add_series(self.report.town.name, [line.mark for line in rows])
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, Cm(1.5), Cm(3.6), Cm(30.8), Cm(13.6), data)
        chart = frame.chart
        chart.has_legend, chart.has_title = True, False
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        chart.font.size = Pt(12)
        axis = chart.value_axis
        axis.minimum_scale, axis.maximum_scale, axis.major_unit = 3, 10, 1
        series = list(chart.plots[0].series)
        for each, color in zip(reversed(series), (_TOWN, _GROUP), strict=False):
            _paint(each, color)
        native_charts.label(series[-1], "0.0")
        chart.plots[0].gap_width = 60
        self.describe(frame, self.words("slides.chart_alt", title=title, marks="; ".join(
            f"{line.title} {self.words.mark(line.mark)}, {self.words.place(line.place)}" for line in lines)))  # fmt: skip
        self.finish(slide)

    def chapter(self, chapter: Chapter) -> None:
        """A chapter of the analyses: its sentences, its drawings as native charts, and its first table."""
        texts = _headed(chapter)[1:]
        if texts:
            self.bullets(chapter.title, texts[: 2 * BULLETS])
        for drawing in (part for part in chapter.parts if isinstance(part, Drawing)):
            self._drawing(chapter.title, drawing)
        grids = [part for part in chapter.parts if isinstance(part, Grid)]
        if grids:
            self.table(chapter.title, grids[0])

    def _drawing(self, title: str, drawing: Drawing) -> None:
        """A chart that PowerPoint can change where it has one; a picture of what is a map."""
        content = drawing.content
        if isinstance(content, Panels):
            self._panels(title, drawing.caption, content)
            return
        if isinstance(content, Places):
            self._places(title, drawing.caption, content)
            return
        slide = self.slide(title, layout=5, under=drawing.caption)
        if isinstance(content, Slopes):
            for frame in native_charts.slopes(slide, content, BOX, self.words):
                self.describe(frame, drawing.alt)
        elif isinstance(content, Waterfall):
            self.describe(native_charts.waterfall(slide, content, BOX, self.words), drawing.alt)
        elif isinstance(content, Dials):
            self.describe(native_charts.dials(slide, content, BOX, self.words), drawing.alt)
        else:
            self._picture(slide, drawing)
        self.finish(slide)

    def _panels(self, title: str, caption: str, content: Panels) -> None:
        size = native_charts.PANELS_ON_A_SLIDE
        for start in range(0, len(content.panels), size):
            shown = content.panels[start : start + size]
            slide = self.slide(title, layout=5, under=caption)
            frames = native_charts.panels(slide, content, shown, BOX, self.words)
            for frame, panel in zip(frames, shown, strict=True):
                self.describe(frame, panel_alt(panel, content, self.words))
            self.finish(slide)

    def _places(self, title: str, caption: str, content: Places) -> None:
        known = content.rows
        # Slides of about equal length: no last one with a single bar.
        size = -(-len(known) // max(1, -(-len(known) // native_charts.PLACES_ON_A_SLIDE)))
        for start in range(0, len(known), max(1, size)):
            shown = Places(known[start : start + size])
            slide = self.slide(title, layout=5, under=caption)
            self.describe(native_charts.places(slide, shown, BOX, self.words), places_alt(shown, self.words))
            self.finish(slide)

    @staticmethod
    def _picture(slide: Any, drawing: Drawing) -> None:
        """The drawing as a picture, as large as fits."""
        from pptx.util import Cm

        left, top, wide, high = BOX
        picture = slide.shapes.add_picture(io.BytesIO(svg_png(drawing.landscape or drawing.svg)), Cm(left), Cm(top))
        share = min(Cm(wide) / picture.width, Cm(high) / picture.height)
        picture.width, picture.height = int(picture.width * share), int(picture.height * share)
        picture.left = int(Cm(left) + (Cm(wide) - picture.width) / 2)
        picture._element.nvPicPr.cNvPr.set("descr", drawing.alt)


def _paint(series: Any, color: str) -> None:
    from pptx.dml.color import RGBColor

    series.format.fill.solid()
    series.format.fill.fore_color.rgb = RGBColor.from_string(color)
