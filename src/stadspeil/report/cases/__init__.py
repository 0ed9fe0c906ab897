"""The business case."""
