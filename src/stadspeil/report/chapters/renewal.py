"""The renewal wave of the town: what was laid with the homes, and comes due with them."""

from __future__ import annotations

from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Drawing
from stadspeil.report.drawing.waves import waves_alt, waves_svg
from stadspeil.report.renewal_words import wave_notes, wave_reading, wave_rows
from stadspeil.report.wording import Wording


def renewal(shown: Shown, words: Wording) -> Chapter | None:
    """A sentence, the drawing and what it rests on; nothing where no years of building are known."""
    wave, peaks = shown.table("renewal_wave"), shown.table("renewal_peaks")
    drawn = wave_rows(shown.catalogue, wave, words) if wave.height else None
    peak = next(peaks.iter_rows(named=True), None) if peaks.height else None
    if drawn is None or peak is None:
        return None
    rows, stretches = drawn
    name = shown.town_name or shown.name(shown.town)
    caption = words("waves.picture", town=name)
    drawing = Drawing(waves_svg(rows, stretches, words), caption, waves_alt(rows, stretches, words))
    parts: list[Part] = [wave_reading(peak, name, words), drawing, *wave_notes(peak, shown.catalogue, words)]
    return Chapter("renewal", words("waves.title"), tuple(parts))
