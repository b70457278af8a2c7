"""TransNAS-Bench-101, macro level (Duan et al., CVPR 2021): four to six modules in a row."""

import itertools
import re

import numpy as np

from hwpred.spaces.base import Space

OPERATIONS = ("missing", "normal", "double_channels", "halve_resolution", "both")
MODULES = range(4, 7)
HALVINGS = range(1, 5)
DOUBLINGS = range(1, 4)


class TransNasMacro(Space):
    """3,256 architectures (210 + 750 + 2,296 of 4, 5 and 6 modules), shortest first, then lexicographic.

    Missing modules are 0 and stand at the end. The one-hot has five columns a position (the
    published encoding has a sixth, which is always 0).
    """

    key = "transnas_macro"
    architectures = 3_256
    operations = (OPERATIONS,) * max(MODULES)

    def enumerate(self):
        """Return all architectures, int8 of shape (3256, 6)."""
        rows = []
        for modules in MODULES:
            for row in itertools.product(range(1, len(OPERATIONS)), repeat=modules):
                if self._is_valid(row):
                    rows.append(row + (0,) * (self.positions - modules))
        return np.array(rows, dtype=np.int8)

    @staticmethod
    def _is_valid(modules):
        halvings = sum(module in (3, 4) for module in modules)
        doublings = sum(module in (2, 4) for module in modules)
        return halvings in HALVINGS and doublings in DOUBLINGS

    def holds(self, operations):
        """Return which architectures the space has: enough modules, no missing one before others, a valid shape."""
        operations = np.asarray(operations)
        present = operations > 0
        ordered = (present[:, :-1] >= present[:, 1:]).all(axis=1) & np.isin(present.sum(axis=1), MODULES)
        valid = np.array([self._is_valid(row) for row in operations.tolist()], dtype=bool)
        return super().holds(operations) & ordered & valid

    def to_text(self, operations):
        """Write as the benchmark does, ``64-2311-basic``, without the missing modules."""
        return f"64-{''.join(str(int(o)) for o in operations if o)}-basic"

    def from_text(self, text):
        """Read the benchmark's name, ``64-2311-basic``, or the digits alone."""
        match = re.fullmatch(r"(?:64-)?([1-4]{4,6})0{0,2}(?:-basic)?", str(text).strip())
        if match is None or not self._is_valid(modules := tuple(map(int, match.group(1)))):
            raise self._unreadable(text)
        return modules + (0,) * (self.positions - len(modules))

    def _unreadable(self, text):
        return ValueError(f"{text!r} is no architecture of {self.key}; one looks like '64-2311-basic'")

    def lookup_design(self):
        """Base (1,1,1,1,4,0); the fifth position varies on (1,1,1,4,0,0), as it must not lose its only "both"."""
        base, fifth = (1, 1, 1, 1, 4, 0), (1, 1, 1, 4, 0, 0)
        changes = []
        for position, operation in itertools.product(range(self.positions), range(len(OPERATIONS))):
            reference = (*fifth[:4], 4, 0) if position == 4 else base
            changed = fifth if position == 4 else base
            changed = (*changed[:position], operation, *changed[position + 1 :])
            if operation != base[position] and not (operation == 0 and position < 4):
                changes.append((position, operation, reference, changed))
        return base, changes


SPACE = TransNasMacro()
