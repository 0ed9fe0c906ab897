"""From tables to values: area, year, indicator, value, spread, n, status."""

from stadspeil.indicators.remarks import remarks
from stadspeil.indicators.store import cells_behind, write_values
from stadspeil.indicators.values import build_values

__all__ = ["build_values", "cells_behind", "remarks", "write_values"]
