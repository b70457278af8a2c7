"""Figures and tables of the study, a module a family, with one style sheet. They compute nothing expensive.

They look the same whoever draws them, whatever that person's settings of matplotlib are.
"""

import os
import sys

# A notebook hands its own backend to the jobs that it starts; where that is not installed, importing matplotlib fails.
# Figures need none but that of their files.
if "matplotlib" not in sys.modules:
    os.environ["MPLBACKEND"] = "agg"
