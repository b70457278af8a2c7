"""One device: fit on all rows, predict, choose, what to measure next, save and load."""
