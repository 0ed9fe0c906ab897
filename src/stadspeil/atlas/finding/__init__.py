"""Finding areas, figures and texts by what a person types, with its errors, in one index of a set of results."""
