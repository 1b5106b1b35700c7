"""From patterns to odds: weights learned from the registers themselves, and a model that is a file of numbers."""
