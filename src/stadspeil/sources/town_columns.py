"""Names of sheets and columns in a town's own workbook: what the template writes and the reader expects."""

README_SHEET = "Lees mij"
LONG_SHEET = "Cijfers"
WIDE_SHEET = "Breed"
MAP_SHEET = "Kolommen"
INDICATOR_SHEET = "Indicatoren"
AREA_SHEET = "Gebieden"

LONG_HEADERS = ("gebied", "jaar", "indicator", "waarde", "n", "marge", "opmerking")
WIDE_KEYS = ("gebied", "jaar")
MAP_HEADERS = ("kolom", "indicator")
