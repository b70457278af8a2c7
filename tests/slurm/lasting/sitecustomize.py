"""Each job that fits lasts for some seconds longer, so that a fault finds one. Python imports this by itself."""

import sys
import time

SECONDS = 6

if sys.argv[0].endswith(".train_predictor.py"):
    time.sleep(SECONDS)
