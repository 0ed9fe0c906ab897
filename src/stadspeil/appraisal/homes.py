"""How many homes a package adds that would not have come without it, and why no euro stands beside them.

    additional = (built - demolished) x add,  add ~ PERT(low, likely, high) of parameter homes_additional

Only these count for welfare: the rest would have come anyway, or takes the place of homes elsewhere. What one is worth is
no key figure: it hangs on ground, place and scarcity, and the rise of house prices around is valued already.
"""

from __future__ import annotations

from dataclasses import dataclass

from stadspeil.amounts import number
from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.outcome import Spread, spread_of
from stadspeil.appraisal.pert import pert
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Package

SHARE = "homes_additional"


@dataclass(frozen=True)
class NetHomes:
    """Homes of a building programme. additional: those that would not have come otherwise, a draw each."""

    programme: str
    built: int
    demolished: int
    additional: Spread

    def sentence(self) -> str:
        """What comes of it, and that it is not in the euros, in Dutch."""
        net = self.built - self.demolished
        head = (
            f"het bouwprogramma '{self.programme}' bouwt {number(self.built)} woningen en sloopt er "
            f"{number(self.demolished)}, netto {number(net)}"
        )
        if net <= 0:
            return f"{head}: het voegt geen woningen toe, en daar is geen bedrag voor gerekend"
        low, mean, high = (number(each) for each in (self.additional.low, self.additional.mean, self.additional.high))
        return (
            f"{head}; daarvan komen er naar verwachting {mean} ({low} tot {high}) echt bij, de rest was er ook gekomen of "
            f"verdringt bouw elders (parameter {SHARE}). Wat een extra woning waard is staat niet in de euro's: dat hangt af "
            "van grond, plek en schaarste, een kengetal met bron is er niet, en stijgende huizenprijzen in de buurt tellen al mee"
        )


def net_homes(package: Package, frame: Frame, catalogue: Catalogue) -> NetHomes | None:
    """The homes that the programme of a package adds; none where it has no programme, or that builds and demolishes nothing."""
    programme = catalogue.programmes.get(package.programme)
    if programme is None:
        return None
    built, demolished = (sum(each.homes for each in programme.sites if each.act == act) for act in ("bouwen", "slopen"))
    if not built and not demolished:
        return None
    share = catalogue.parameters[SHARE]
    low, high = share.believed
    added = pert(frame.source(SHARE), low, share.value, high, frame.draws)
    return NetHomes(programme.id, built, demolished, spread_of(max(built - demolished, 0) * added))
