"""Companies: founding one, its settings, its people’s way between several."""
