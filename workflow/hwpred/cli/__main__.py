"""``python -m hwpred.cli`` is ``hwpred``."""

import sys

from hwpred.cli import main

sys.exit(main())
