"""What to reserve for a job: generous guesses, since a scheduler ends a job that exceeds them."""

LEAST_MINUTES = 10
SECONDS_TO_PREDICT_A_SPACE = 5
"""Of one fit, all architectures of a space."""
USUAL_COLUMNS = 30
"""Columns of a one-hot encoding for which seconds a sample are known; more columns cost more."""


def training_minutes(samples, seconds_per_sample, columns, predicted_spaces):
    """Return the minutes that fits take, search included.

    Parameters
    ----------
    samples : int
        Training samples of all fits together.
    seconds_per_sample : float
    columns : int
        Of the one-hot encoding.
    predicted_spaces : int
        How often a whole space is predicted.
    """
    seconds = samples * seconds_per_sample * max(1, columns / USUAL_COLUMNS)
    return LEAST_MINUTES + int((seconds + predicted_spaces * SECONDS_TO_PREDICT_A_SPACE) / 60)
