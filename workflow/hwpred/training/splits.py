"""Which architectures a fit is tested and trained on (protocol section 4)."""

from importlib import import_module

from hwpred.seeding import generator


class Split:
    """The split of one seed: a random permutation, the test set first, the training pool after it.

    Training sets are prefixes of the pool, so a larger one holds all smaller ones.

    Parameters
    ----------
    architectures : int
        Number of architectures in the combination.
    test_size : int
    run_seed : int
    combination : str
    seed : int

    Attributes
    ----------
    test : int array of shape (test_size,)
        Rows of the target table.
    pool : int array of shape (architectures - test_size,)
    """

    def __init__(self, architectures, test_size, run_seed, combination, seed):
        order = generator(run_seed, combination, "split", seed).permutation(architectures)
        self.test, self.pool = order[:test_size], order[test_size:]

    def train(self, train_size):
        """Return the rows of the training set of that size."""
        return self.pool[:train_size]


def split_of(data, test_size, run_seed, seed, design="random"):
    """Return the ``Split`` of a combination's ``Data``, its pool ordered by the design of that name."""
    split = Split(len(data.target), test_size, run_seed, data.combination, seed)
    if design != "random":
        # Imported by its name: the random design, as almost all have, does without torch, which takes seconds to
        # import, and its fits do not run again when the code of the others was edited.
        designs = import_module("hwpred.training.designs")
        split.pool = designs.designed(design, data, split.pool, generator(run_seed, data.combination, "design", seed))
    return split


def check_sizes(combination, architectures, test_size, train_sizes):
    """Raise ValueError if a training set and the test set do not fit into the combination."""
    largest = max(train_sizes)
    if largest + test_size > architectures:
        raise ValueError(
            f"{combination}: train_sizes {largest} plus test_sizes {test_size} exceed its {architectures} "
            f"architectures; use training sizes of at most {max(0, architectures - test_size)}"
        )
