"""What all tests share: the cells of NAS-Bench-201, and one thread for torch."""

import logging

import pytest
import torch

from hwpred.spaces import get_space
from hwpred.spaces.nasbench201 import isomorphism_classes

# As every job has it: small tensors lose more than they gain by a second one.
torch.set_num_threads(1)


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
