"""The parts of a profile: its figures, the spread inside it, what lies around it."""
