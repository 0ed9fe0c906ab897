"""From the mean of all gemeenten to a mark, part by part: bars that add up."""

from __future__ import annotations

from dataclasses import dataclass

from stadspeil.report.drawing.axes import Scale, bounds, ticks
from stadspeil.report.drawing.content import Step, Waterfall
from stadspeil.report.drawing.paint import (
    BAD_EDGE,
    BAD_LIGHT,
    GOOD,
    GOOD_EDGE,
    INK,
    NARROW,
    SOFT,
    TINY,
    WIDE,
    block,
    diamond,
    line,
    rect,
    sheet,
    text,
    wrapped,
)  # fmt: skip
from stadspeil.report.drawing.rows import over
from stadspeil.report.wording import Wording

_ROW, _BAR = 19.0, 11.0
_MARK, _NEEDED = 208.0, 548.0
_HEAD = 30.0


@dataclass(frozen=True)
class _Frame:
    """Where bars stand; with `above` the title of a row stands over its bar, with its mark and what it needs."""

    wide: float
    left: float
    right: float
    above: float = 0.0


_DESK, _PHONE = _Frame(WIDE, 245.0, 500.0), _Frame(NARROW, 6.0, NARROW - 48, above=15.0)


def waterfall_svg(content: Waterfall, words: Wording, narrow: bool = False) -> str:
    """A row per part, from the mean down to the mark; narrow for a phone."""
    on = _PHONE if narrow else _DESK
    runs = [content.mean]
    for step in content.steps:
        runs.append(runs[-1] + step.adds)
    x = Scale(*bounds(runs, least=1.0), on.left, on.right)
    tall = [_ROW + on.above if narrow else _row_height(step) for step in content.steps]
    end = _ROW + on.above
    foot = _HEAD + end + sum(tall) + end
    needed = any(each.needed for each in content.steps)
    parts = [
        _grid(x, foot, needed, on, words),
        _end(words("drawing.mean_of_all"), content.mean, x, _HEAD, on, words),
    ]
    top = _HEAD + end
    for step, before, after, high in zip(content.steps, runs[:-1], runs[1:], tall, strict=True):
        parts.append(_step(step, (before, after), x, (top, high), on, words))
        top += high
    parts.append(_end(content.ends or words("drawing.own_mark"), content.mark, x, top, on, words))
    parts.append(line((0, foot), (on.wide, foot)))
    return sheet(foot + 4, "".join(parts), wide=on.wide)


def waterfall_alt(content: Waterfall, words: Wording) -> str:
    """Every step in words."""
    rows = [
        words(
            "drawing.waterfall_row",
            title=each.title,
            mark=each.mark,
            adds=words.signed(each.adds, 2),
            needed=each.needed,
        )
        for each in content.steps
    ]
    return words(
        "drawing.waterfall_alt", mean=words.mark(content.mean), mark=words.mark(content.mark), rows=" ".join(rows)
    )


def _row_height(step: Step) -> float:
    lines = max(len(wrapped(step.title, _MARK - 24, 10.5)), len(wrapped(step.needed, WIDE - _NEEDED, TINY)))
    return _ROW if lines == 1 else 27.0


def _grid(x: Scale, foot: float, needed: bool, on: _Frame, words: Wording) -> str:
    parts = [] if on.above else [
        text(0, 8, words("composition.part"), size=TINY, color=SOFT, weight=600),
        text(_MARK + 14, 8, words("composition.mark"), size=TINY, color=SOFT, weight=600, anchor="end"),
    ]  # fmt: skip
    parts += [
        text(
            (on.left + on.right) / 2, 8, words("composition.adds"), size=TINY, color=SOFT, weight=600, anchor="middle"
        ),
    ]
    if needed and not on.above:
        parts.append(text(_NEEDED, 8, words("composition.needed"), size=TINY, color=SOFT, weight=600))
    for tick in ticks(x.low, x.high, 5):
        parts.append(line((x(tick), _HEAD - 4), (x(tick), foot)))
        parts.append(text(x(tick), _HEAD - 10, words.number(tick, 1), size=TINY, color=SOFT, anchor="middle"))
    return "".join(parts)


def _end(title: str, mark: float, x: Scale, top: float, on: _Frame, words: Wording) -> str:
    """The first or last row: a mark."""
    height = top + on.above + _ROW / 2
    named = (
        over(0, top + 9, title, size=10.5, weight=600) if on.above else text(0, height, title, size=10.5, weight=600)
    )
    return (
        line((0, top), (on.wide, top))
        + named
        + diamond(x(mark), height, 5, kind="end")
        + text(on.right + 8, height, words.mark(mark), size=10.5, weight=600)
    )


def _step(
    step: Step, runs: tuple[float, float], x: Scale, reach: tuple[float, float], on: _Frame, words: Wording
) -> str:
    top, high = reach
    height = top + on.above + (high - on.above) / 2
    left, right = sorted((x(runs[0]), x(runs[1])))
    up = step.adds > 0
    fill, edge = (GOOD, GOOD_EDGE) if up else (BAD_LIGHT, BAD_EDGE)
    # What adds nothing has no side.
    kind = f"bar {'favourable' if up else 'unfavourable'}" if step.adds else "bar"
    said = words.signed(step.adds, 2)
    parts = [
        line((0, top), (on.wide, top)),
        line((x(runs[0]), top), (x(runs[0]), height), color=SOFT, width=0.9),
        rect(left, height - _BAR / 2, right - left, _BAR, fill=fill, edge=edge, width=0.9, kind=kind),
        line((x(runs[1]), height + _BAR / 2), (x(runs[1]), top + high), color=SOFT, width=0.9),
        text(on.right + 8, height, said, size=10.5, color=INK),
    ]
    if on.above:
        told = " · ".join(each for each in (step.title, step.mark, step.needed) if each)
        return "".join([*parts, over(0, top + 9, wrapped(told, 0.85 * on.wide, 10.5, 1)[0], size=10.5)])
    parts += [
        block(0, height, wrapped(step.title, _MARK - 24, 10.5), size=10.5),
        text(_MARK + 14, height, step.mark, size=10.5, anchor="end"),
        block(_NEEDED, height, wrapped(step.needed, WIDE - _NEEDED, TINY), size=TINY, color=INK),
    ]
    return "".join(parts)
