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
    """Split the architectures of a combination, its training pool ordered by a design.

    Parameters
    ----------
    data : Data
    test_size : int
        Architectures in the test set.
    run_seed, seed : int
        Of the study, and of the split.
    design : str
        ``"random"``, or a key of ``hwpred.training.designs.DESIGNS``.

    Returns
    -------
    Split
    """
    split = Split(len(data.target), test_size, run_seed, data.combination, seed)
    if design != "random":
        # Imported by its name: the random design, as almost all have, does without torch, which takes seconds to
        # import, and its fits do not run again when the code of the others was edited.
        designs = import_module("hwpred.training.designs")
        split.pool = designs.designed(design, data, split.pool, generator(run_seed, data.combination, "design", seed))
    return split


def check_sizes(combination, architectures, test_size, train_sizes):
    """Check that each training set fits into a combination beside the test set.

    Parameters
    ----------
    combination : str
        For the message.
    architectures : int
        How many the combination has.
    test_size : int
    train_sizes : iterable of int

    Raises
    ------
    ValueError
        If the largest does not.
    """
    largest = max(train_sizes)
    if largest + test_size > architectures:
        raise ValueError(
            f"{combination}: train_sizes {largest} plus test_sizes {test_size} exceed its {architectures} "
            f"architectures; use training sizes of at most {max(0, architectures - test_size)}"
        )
