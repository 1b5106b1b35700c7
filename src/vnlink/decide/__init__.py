"""From odds to decisions: the best candidates of each person, one posterior over all of them, and the status rule."""
