"""Gaussian processes that know what an architecture is made of, and what other devices do with it."""
