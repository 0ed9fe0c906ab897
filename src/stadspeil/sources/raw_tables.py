"""The rows of whatever was kept: a file of one of the usual kinds, or a delivery of many pages."""

from __future__ import annotations

from stadspeil.sources.boundaries import feature_headers, feature_records, is_map
from stadspeil.sources.delivery import delivered_features, delivered_table, is_delivery, is_map_delivery, raw_records
from stadspeil.sources.rows import RawTable, read_rows


def raw_table(content: bytes, file_name: str) -> RawTable:
    """The table in it, as texts. SourceError in one plain message."""
    if is_delivery(content) and not is_map_delivery(content, file_name):
        return delivered_table(content, file_name)
    if is_delivery(content):
        content = delivered_features(content, file_name)
    if is_map(content):
        records = feature_records(content, file_name)
        return raw_records(feature_headers(content, file_name), records, file_name)
    return read_rows(content, file_name)
