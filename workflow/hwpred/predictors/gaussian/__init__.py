"""Gaussian processes: exact and sparse ones, and what all of them share."""
