"""A deck of slides in our look: titles, lines of text, tables, the word 'invented' where it holds, the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from stadspeil.report.document import Grid
from stadspeil.report.drawing.paint import width_of
from stadspeil.report.wording import Wording

MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
ROWS, BULLETS = 11, 6
# Signs of running text that fit on a slide.
_SIGNS = 1400
_ACCENT, _WARNING = "17466E", "FFE08A"
# Left, top, width and height of what a slide shows, in centimeters.
BOX = (1.5, 3.8, 30.8, 13.8)
# A page is so many millimeters wide, a line of twelve points so many centimeters high.
_PAGE_MM, _LINE_CM = 170.0, 0.423
# Zip has no earlier moment.
_ZIPPED = (1980, 1, 1, 0, 0, 0)
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def same_each_time(content: bytes) -> bytes:
    """The same zip with one moment for all entries, also in the workbooks that charts carry."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as again:
        for entry in made.infolist():
            part = made.read(entry)
            if entry.filename.endswith(".xlsx"):
                part = same_each_time(part)
            elif entry.filename == "docProps/core.xml":
                part = _MOMENT.sub(MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), part)
            again.writestr(zipfile.ZipInfo(entry.filename, _ZIPPED), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


class Deck:
    """Puts slides in a deck, each with a title, and the word 'invented' where it holds."""

    def __init__(self, words: Wording, invented: bool) -> None:
        from pptx import Presentation
        from pptx.util import Cm

        self.deck, self.words, self.invented = Presentation(), words, invented
        self.deck.slide_width, self.deck.slide_height = Cm(33.867), Cm(19.05)

    def saved(self, title: str) -> bytes:
        """The slides as bytes."""
        properties = self.deck.core_properties
        properties.title, properties.author = title, "Stadspeil"
        properties.created = properties.modified = MADE
        properties.last_modified_by, properties.revision = "Stadspeil", 1
        target = io.BytesIO()
        self.deck.save(target)
        return same_each_time(target.getvalue())

    def opening(self, title: str, subtitle: str) -> None:
        """The title slide."""
        from pptx.util import Cm

        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        slide.shapes.title.text = title
        slide.placeholders[1].text = subtitle
        # The layouts are made for a narrower page.
        for shape, top, high in ((slide.shapes.title, 5.0, 3.5), (slide.placeholders[1], 9.0, 4.0)):
            shape.left, shape.top, shape.width, shape.height = Cm(1.5), Cm(top), Cm(30.8), Cm(high)
        self.finish(slide)

    def bullets(self, title: str, items: Sequence[str]) -> None:
        """A slide with a few lines of text; more lines go on to a next one."""
        for start in range(0, len(items), BULLETS):
            self._lines(title, items[start : start + BULLETS], 18)

    def paragraphs(self, title: str, items: Sequence[str]) -> None:
        """Longer texts, as many on a slide as there is room for."""
        held: list[str] = []
        for item in items:
            if held and sum(map(len, held)) + len(item) > _SIGNS:
                self._lines(title, held, 16)
                held = []
            held.append(item)
        if held:
            self._lines(title, held, 16)

    def _lines(self, title: str, items: Sequence[str], size: int) -> None:
        from pptx.util import Pt

        slide = self.slide(title)
        frame = slide.placeholders[1].text_frame
        frame.word_wrap = True
        for number, item in enumerate(items):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.text = item
            paragraph.font.size = Pt(size)
        self.finish(slide)

    def table(self, title: str, grid: Grid) -> None:
        from pptx.util import Cm, Pt

        slide = self.slide(title, layout=5)
        wide = column_widths(grid, BOX[2])
        rows = rows_that_fit(grid, wide, BOX[3])
        frame = slide.shapes.add_table(len(rows) + 1, len(grid.heads), *(Cm(each) for each in (*BOX[:3], 1.0)))
        for column, width in zip(frame.table.columns, wide, strict=True):
            column.width = Cm(width)
        for place, row in enumerate((grid.heads, *rows)):
            for number, text in enumerate(row):
                cell = frame.table.cell(place, number)
                cell.text = text
                cell.text_frame.paragraphs[0].font.size = Pt(12)
        self.describe(frame, grid.caption)
        self.finish(slide)

    def slide(self, title: str, layout: int = 1, under: str = "") -> Any:
        from pptx.util import Cm, Pt

        slide = self.deck.slides.add_slide(self.deck.slide_layouts[layout])
        slide.shapes.title.text = title
        slide.shapes.title.left, slide.shapes.title.top = Cm(1.5), Cm(0.9)
        slide.shapes.title.width, slide.shapes.title.height = Cm(30.8), Cm(2.2)
        if layout == 1:
            body = slide.placeholders[1]
            body.left, body.top, body.width, body.height = Cm(1.5), Cm(3.6), Cm(30.8), Cm(13.4)
        if under:
            box = slide.shapes.add_textbox(Cm(1.5), Cm(2.75), Cm(30.8), Cm(0.9))
            box.text_frame.text = under
            box.text_frame.paragraphs[0].font.size = Pt(14)
        return slide

    def finish(self, slide: Any) -> None:
        """Looks of the title, and the banner of an invented country."""
        from pptx.dml.color import RGBColor
        from pptx.enum.text import MSO_AUTO_SIZE
        from pptx.util import Cm, Pt

        paragraph = slide.shapes.title.text_frame.paragraphs[0]
        paragraph.font.size, paragraph.font.bold = Pt(28), True
        paragraph.font.color.rgb = RGBColor.from_string(_ACCENT)
        if self.invented:
            box = slide.shapes.add_textbox(Cm(0), Cm(18.0), Cm(33.867), Cm(1.0))
            box.name = "banner"
            box.fill.solid()
            box.fill.fore_color.rgb = RGBColor.from_string(_WARNING)
            box.text_frame.text = self.words("document.banner")
            box.text_frame.auto_size, box.text_frame.word_wrap = MSO_AUTO_SIZE.NONE, True
            box.text_frame.paragraphs[0].font.size = Pt(14)

    @staticmethod
    def describe(frame: Any, text: str) -> None:
        frame._element.nvGraphicFramePr.cNvPr.set("descr", text)


def column_widths(grid: Grid, whole: float) -> list[float]:
    """Widths as on the page, stretched to the slide: fixed columns by their millimeters, the others share the rest."""
    fixed = [float(each.removesuffix("mm")) if each.endswith("mm") else None for each in grid.widths]
    free = sum(each is None for each in fixed)
    rest = max(_PAGE_MM - sum(each or 0 for each in fixed), 20.0 * free)
    shares = [rest / free if each is None else each for each in fixed]
    return [whole * each / sum(shares) for each in shares]


def rows_that_fit(grid: Grid, wide: Sequence[float], high: float) -> list[tuple[str, ...]]:
    """The first rows of a table that stay on the slide, by how often their texts wrap."""
    kept: list[tuple[str, ...]] = []
    room = high - _row_height(grid.heads, wide)
    for row in grid.rows[:ROWS]:
        room -= _row_height(row, wide)
        if room < 0 and kept:
            break
        kept.append(row)
    return kept


def _row_height(row: Sequence[str], wide: Sequence[float]) -> float:
    lines = max(
        -(-width_of(text, 1.15 * _LINE_CM) // max(width - 0.6, 0.5)) for text, width in zip(row, wide, strict=True)
    )
    return 0.4 + 0.52 * max(1.0, lines)
