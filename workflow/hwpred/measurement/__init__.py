"""Measuring real networks: time on this machine or behind a command, accuracy on digits."""
