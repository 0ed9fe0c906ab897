"""From tables to values: area, year, indicator, value, spread, n, status."""

from stadspeil.indicators.remarks import remarks
from stadspeil.indicators.store import write_values
from stadspeil.indicators.values import build_values

__all__ = ["build_values", "remarks", "write_values"]
