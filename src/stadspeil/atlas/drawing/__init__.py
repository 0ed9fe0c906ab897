"""Drawings of the site that the report does not have: bars in a table, the ring of themes, the spread of buurten."""
