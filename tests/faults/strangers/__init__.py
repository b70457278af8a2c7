"""Files that somebody made to run code, to crash Python, or to take all its memory and time."""
