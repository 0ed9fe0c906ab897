"""Nieuwland's figures as publishers would give them: one module per publisher's format, so that real readers run."""
