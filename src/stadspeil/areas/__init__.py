"""Area codes, which gemeenten there were in which year, and figures on the boundaries of another year."""

from stadspeil.areas.changes import AreaChange
from stadspeil.areas.codes import gemeente_of, is_code, is_invented, level_of, normalize_code, parent_of
from stadspeil.areas.consistency import register_problems
from stadspeil.areas.rebase import rebase_cells, rebuild_refused
from stadspeil.areas.register import FIRST_BOUNDARIES, AreaRegister

__all__ = [
    "FIRST_BOUNDARIES", "AreaChange", "AreaRegister", "gemeente_of", "is_code", "is_invented", "level_of",
    "normalize_code", "parent_of", "rebase_cells", "rebuild_refused", "register_problems",
]  # fmt: skip
