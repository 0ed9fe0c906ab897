"""What a town brings along itself: a workbook of its own figures, read in a process apart and kept as a draft first."""
