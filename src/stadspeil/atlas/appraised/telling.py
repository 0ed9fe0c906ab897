"""What computations and the catalogue tell in Dutch, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from stadspeil.atlas.site import Site
from stadspeil.report.retelling import Retelling, retelling
from stadspeil.report.simulated_remarks import Remark
from stadspeil.report.wording import Wording


def retelling_of(site: Site, words: Wording) -> Retelling:
    """How sentences about this site's catalogue are said, made once."""
    return site.results.remembered(("retelling", words.lang), lambda: retelling(site.catalogue, words))


def retold(site: Site, texts: Iterable[str], words: Wording) -> list[Remark]:
    """Sentences in the language of the page."""
    return retelling_of(site, words).remarks(texts)
