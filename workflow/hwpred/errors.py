"""Errors that are meant for the person who runs a study, told apart from mistakes of the program."""


class InputError(ValueError):
    """What somebody gave cannot be used: one sentence that names the file, the place in it, and what to do.

    A job that ends with it logs that sentence alone; any other error is logged with its traceback.
    """
