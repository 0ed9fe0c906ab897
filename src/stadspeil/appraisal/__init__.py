"""What a package of measures is worth, to whom, under which rules, and in which order: from evidence to an agenda.

The rooms are told in docs/decisions/0039-rooms-of-the-appraisal.md.
"""
