"""The log of a site: a line of JSON per event, with nothing in it that tells who looked at what.

No address of a caller, no cookie, no question, and of a fault only its kind and the lines of code: what an error says
may repeat what a reader typed.
"""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import Path

from stadspeil.errors import ContractError

LOG = logging.getLogger("stadspeil.atlas")
PACKAGE = Path(__file__).parents[1]
_LINES = 12


class JsonLines(logging.Formatter):
    """Every record as one line of JSON, those of libraries too."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the record holds."""
        told = getattr(record, "told", None)
        about = dict(told) if isinstance(told, dict) else {"message": record.getMessage()}
        fault = record.exc_info[1] if record.exc_info else None
        if fault is not None:
            about |= {"fault": type(fault).__name__, "at": _lines_of(fault)}
        return json.dumps(
            {"time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname.lower(), **about},
            ensure_ascii=False,
        )


def log_to_stderr() -> None:
    """Send all logs of this process to stderr as lines of JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("httpx", "multipart", "python_multipart", "PIL", "fontTools"):
        logging.getLogger(name).setLevel(logging.WARNING)


def log_answer(method: str, route: str, status: int, seconds: float) -> None:
    """An answer was given."""
    told = {"method": method, "route": route, "status": status, "ms": round(1000 * seconds, 1)}
    LOG.info("answer", extra={"told": told})


def log_fault(fault: Exception) -> None:
    """A fault of ours."""
    LOG.error("fault", exc_info=fault, extra={"told": {"message": "fault"}})


def log_damage(fault: ContractError) -> None:
    """A result on disk is damaged: where, and what to do. No reader had a part in it, so that it may say what it says."""
    LOG.error("damaged", extra={"told": {"message": fault.message()}})


def _lines_of(fault: BaseException) -> list[str]:
    """Where it happened, the innermost last; paths of the machine are left out."""
    found = []
    for each in traceback.extract_tb(fault.__traceback__)[-_LINES:]:
        path = Path(each.filename)
        name = path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name
        found.append(f"{name}:{each.lineno} {each.name}")
    return found
