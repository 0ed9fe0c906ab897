"""The report as PDF/UA-1: the printed pages go as JSON to our Typst templates."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stadspeil.errors import StadspeilError
from stadspeil.report.document import Report
from stadspeil.report.pages import pages

FONT = "Source Sans Pro"
_PICTURE_PPI = 170.0
FONT_PACKAGE = "font_source_sans_pro"
FONT_FILES = tuple(
    f"SourceSansPro-{style}.ttf" for style in ("Regular", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt")
)


def report_pdf(report: Report) -> bytes:
    """The PDF. Equal reports give equal bytes: no clock, no fonts of this computer."""
    return typeset("main.typ", pages(report))


def typeset(template: str, content: Mapping[str, Any]) -> bytes:
    """A PDF/UA-1 of what a template sets."""
    templates = _templates()
    files = {**templates, "main.typ": templates[template]}
    files["report.json"] = json.dumps(content, ensure_ascii=False).encode()
    return _compiled(files, format="pdf", pdf_standards=["ua-1"])


def svg_png(svg: str, ppi: float = _PICTURE_PPI) -> bytes:
    """A drawing as a picture, for where only pictures go; equal drawings give equal bytes."""
    page = f'#set page(width: 170mm, height: auto, margin: 2mm)\n#set text(font: "{FONT}")\n#image("drawing.svg", width: 100%)'
    return _compiled({"main.typ": page.encode(), "drawing.svg": svg.encode()}, format="png", ppi=ppi)


def _compiled(files: Mapping[str, bytes], **options: Any) -> bytes:
    import typst

    with tempfile.TemporaryDirectory(prefix="stadspeil-") as folder:
        for path in _fonts():
            shutil.copy(path, folder)
        try:
            made = typst.compile(
                files,
                font_paths=[folder],
                ignore_system_fonts=True,
                **options,
            )
        except typst.TypstError as fault:
            raise StadspeilError(
                "het rapport", f"de opmaak lukte niet: {fault}", "meld dit als een fout in Stadspeil"
            ) from fault
    return bytes(made)


def _templates() -> dict[str, bytes]:
    folder = resources.files("stadspeil.report").joinpath("templates")
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.name.endswith(".typ")}


def _fonts() -> list[Path]:
    """The package holds each style twice, as otf and ttf; with both, the order of the disk would choose."""
    found = find_spec(FONT_PACKAGE)
    if found is None or found.origin is None:
        raise StadspeilError(
            "het rapport",
            "het lettertype Source Sans Pro ontbreekt",
            "installeer Stadspeil opnieuw: pip install stadspeil",
        )
    return [Path(found.origin).parent / "files" / name for name in FONT_FILES]
