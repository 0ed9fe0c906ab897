"""Small files in the publishers' own shapes."""

from source_files import catalogue, workspace, write

__all__ = ["catalogue", "workspace", "write"]
