"""What goes to the screen: progress and words to stderr, tables to stdout."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stadspeil.amounts import counted

if TYPE_CHECKING:
    import polars as pl

Form = Literal["screen", "csv", "csv-nl", "json"]
Progress = Callable[[str, int, int], None]
_SHOW_AFTER_SECONDS = 0.5
# More rows than this nobody reads on a screen; they go on to another program.
_LONG = 1000


def say(text: str) -> None:
    """One line of words for the person at the keyboard."""
    print(text, file=sys.stderr)


def say_written(paths: Iterable[Path]) -> None:
    """The files that were written, one per line."""
    for path in paths:
        say(f"geschreven: {path}")


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A callable for stages to report to: a moving bar on a terminal, a line per step elsewhere."""
    if not sys.stderr.isatty():
        yield _line_per_step()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)
        started = time.monotonic()

        def show(text: str, done: int, total: int) -> None:
            visible = time.monotonic() - started > _SHOW_AFTER_SECONDS
            bar.update(task, description=text, completed=done, total=total or None, visible=visible)

        yield show


def _line_per_step() -> Progress:
    last = ""

    def show(text: str, done: int, total: int) -> None:
        nonlocal last
        # A stage that reports its end has nothing more to say where lines stay on the screen.
        if text != last and done < max(total, 1):
            last = text
            say(f"  {text} ({done + 1}/{total})" if total > 1 else f"  {text}")

    return show


def show_table(table: pl.DataFrame, form: Form, out: Path | None = None) -> None:
    """A table in the form that was asked for, to stdout or a file."""
    if form == "screen" and out is None:
        _show_on_screen(table)
        return
    content = _as_text(table, "csv" if form == "screen" else form)
    if out is None:
        sys.stdout.write(content)
        return
    from stadspeil.workspace import publish_bytes

    # Excel in a Dutch locale takes a file without the mark for Windows-1252 and garbles accents.
    publish_bytes(content.encode("utf-8-sig" if form == "csv-nl" else "utf-8"), out)
    say(f"{counted(table.height, 'rij', 'rijen')} geschreven naar {out}")


def _as_text(table: pl.DataFrame, form: Form) -> str:
    import polars as pl

    from stadspeil.disclosure import safe_cell

    if form == "json":
        return json.dumps(table.to_dicts(), ensure_ascii=False, indent=1, default=str) + "\n"
    texts = [name for name, kind in table.schema.items() if kind == pl.String or isinstance(kind, pl.Enum)]
    guarded = table.with_columns(
        pl.col(name).cast(pl.String).map_elements(safe_cell, return_dtype=pl.String) for name in texts
    )
    if form == "csv-nl":
        return guarded.write_csv(separator=";", decimal_comma=True)
    return guarded.write_csv()


def _show_on_screen(table: pl.DataFrame) -> None:
    if table.height > _LONG:
        _show_line_by_line(table)
        return
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, header_style="bold", pad_edge=False)
    for name, kind in table.schema.items():
        shown.add_column(name, justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in table.iter_rows():
        shown.add_row(*(_as_cell(cell) for cell in row))
    # Off a terminal rich would fold to 80 columns and cut ids in two.
    wide = None if sys.stdout.isatty() else 240
    Console(width=wide, highlight=False, markup=False, emoji=False).print(shown)


def _show_line_by_line(table: pl.DataFrame) -> None:
    """The same, each row on a line of its own however wide: to fit all to a screen takes a second per thousand rows."""
    import polars as pl

    cells = [pl.Series(name, [name, *map(_as_cell, table[name])], dtype=pl.String) for name in table.columns]
    widths = [max(each.str.len_chars()) for each in cells]
    padded = [
        each.str.pad_start(width) if kind.is_numeric() else each.str.pad_end(width)
        for each, width, kind in zip(cells, widths, table.schema.values(), strict=True)
    ]
    lines = pl.DataFrame(padded).select(pl.concat_str(pl.all(), separator="  ")).to_series()
    for line in lines:
        sys.stdout.write(f"{line.rstrip()}\n")


def _as_cell(cell: Any) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return str(cell)
