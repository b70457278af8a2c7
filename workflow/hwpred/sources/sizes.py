"""Whether the sizes of a study fit the architectures that a person's file holds."""

from hwpred.errors import InputError

FEWEST_TESTED = 3
"""With two test architectures Kendall's tau is -1 or 1 whatever a predictor does."""
FEW_TESTED = 10
"""From this number on, tau of a random order is below 0.5 in 95 of 100 test sets."""
FEWEST_TRAINED = 2


def check_test_size(space, test_size):
    """Say if tau over so few test architectures tells little.

    Parameters
    ----------
    space : str
        Key of the space, as it stands under ``test_sizes``.
    test_size : int

    Returns
    -------
    list of str
        Warnings, at most one.

    Raises
    ------
    InputError
        If tau tells nothing.
    """
    words = f"test_sizes.{space} is {test_size}: ranks of so few architectures tell"
    if test_size < FEWEST_TESTED:
        raise InputError(f"{words} nothing; raise it to at least {FEWEST_TESTED}, better {FEW_TESTED} or more")
    return [f"{words} little; raise it to {FEW_TESTED} or more"] if test_size < FEW_TESTED else []


def check_sizes_of_file(combination, file, architectures, space, train_sizes, test_size):
    """Compare the sizes of a study with what a file holds.

    Parameters
    ----------
    combination, file : str
        Names for the messages.
    architectures : int
        Different ones in the file that have a value.
    space : str
        Key of the space, as it stands under ``train_sizes`` and ``test_sizes``.
    train_sizes : list of int
    test_size : int

    Returns
    -------
    list of str
        Warnings.

    Raises
    ------
    InputError
        With sizes that would fit.
    """
    warnings = [f"{combination}: {words}" for words in check_test_size(space, test_size)]
    largest = max(train_sizes)
    if largest + test_size <= architectures:
        return warnings
    raise InputError(
        f"{combination}: {file} has {architectures} architectures, but train_sizes.{space} holds {largest} and "
        f"test_sizes.{space} is {test_size}; {_proposal(architectures, space, train_sizes, test_size)}"
    )


def check_own_file(combination, request, train_sizes, test_sizes):
    """Check the file of a combination whose values are a user's own, and whether the sizes of the study fit it.

    Parameters
    ----------
    combination : str
    request : dict
        Of source "table" or "timm_csv", as ``hwpred.sources`` describes.
    train_sizes, test_sizes : dict
        By space, as a study has them.

    Returns
    -------
    list of str
        Warnings, each with the name of the file or the combination.

    Raises
    ------
    InputError
    """
    from hwpred.sources import get_source

    file, space = request["file"], request["space"]
    summary = get_source(request["source"]).check_file(request)
    warnings = [f"{file}: {words}" for words in summary.warnings]
    if request["kind"] == "target":
        sizes = (train_sizes[space], test_sizes[space])
        warnings += check_sizes_of_file(combination, file, summary.architectures, space, *sizes)
    return warnings


def _proposal(architectures, space, train_sizes, test_size):
    least = FEWEST_TRAINED + FEWEST_TESTED
    if architectures < least:
        return f"measure at least {least} architectures"
    largest = max(train_sizes)
    if architectures - largest >= FEW_TESTED:
        lower = f"lower test_sizes.{space} to at most {architectures - largest}"
        kept = [size for size in train_sizes if size <= architectures - test_size]
        return lower + (f", or drop the train_sizes above {architectures - test_size}" if kept else "")
    if any(size <= architectures - test_size for size in train_sizes):
        return f"drop the train_sizes above {architectures - test_size}"
    # Neither alone helps: test on a third, or half of few.
    tested = min(test_size, max(FEWEST_TESTED, architectures // 3, min(FEW_TESTED, architectures // 2)))
    trained = architectures - tested
    lower = f"lower test_sizes.{space} to {tested} and " if tested < test_size else ""
    if any(size <= trained for size in train_sizes):
        return f"{lower}drop the train_sizes above {trained}"
    return f"{lower or 'lower '}train_sizes.{space} to {trained} and less"
