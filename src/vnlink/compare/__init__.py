"""From candidate pairs to levels, and from the levels of all fields to one pattern: a small integer per pair."""
