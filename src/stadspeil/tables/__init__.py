"""From snapshots to tables that keep their contract: one of cells per subject, and one of areas."""

from stadspeil.tables.building import BuildResult, build_tables

__all__ = ["BuildResult", "build_tables"]
