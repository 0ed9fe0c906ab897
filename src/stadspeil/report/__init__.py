"""The Staat van de stad of a town, as PDF and workbook, and the chain behind each figure."""

from stadspeil.report.document import Report
from stadspeil.report.model import Material, report_model
from stadspeil.report.publication import write_report

__all__ = ["Material", "Report", "report_model", "write_report"]
