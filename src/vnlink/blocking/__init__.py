"""From encoded persons to candidate pairs: keys, the index of the land side, and the population that streams past it."""
