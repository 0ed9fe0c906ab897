"""The business case: a weighed package or agenda as PDF, workbook and slides, from its tables and nothing else."""

from stadspeil.report.cases.publication import write_agenda_files, write_case

__all__ = ["write_agenda_files", "write_case"]
