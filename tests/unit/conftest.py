"""What all tests share: the cells of NAS-Bench-201, and one thread for what computes."""

import logging
import os

import pytest

# As every job has it: small matrices lose more than they gain by a second thread. Libraries read it when they load.
os.environ["OMP_NUM_THREADS"] = "1"

from hwpred.spaces import get_space
from hwpred.spaces.nasbench201 import isomorphism_classes


@pytest.fixture(autouse=True)
def _level_of_the_logger():
    """The command sets the level for its process: no test shall hear less for what another one ran."""
    logger = logging.getLogger("hwpred")
    before = logger.level
    yield
    logger.setLevel(before)


@pytest.fixture(scope="session")
def operations():
    """All 15,625 cells of NAS-Bench-201."""
    return get_space("nasbench201").enumerate()


@pytest.fixture(scope="session")
def classes(operations):
    """Which of these cells compute the same."""
    return isomorphism_classes(operations)
