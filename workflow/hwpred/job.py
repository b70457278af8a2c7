"""The beginning of every job: its log, and what its tables will say of how they were made."""

from hwpred.joblog import start_job_log
from hwpred.tables import say_what_made_them


def start_job(log, params):
    """Log to a file, and let each table that this process writes say what made it.

    Parameters
    ----------
    log : path
        As ``hwpred.joblog.start_job_log`` takes it.
    params : object with ``items()``
        The parameters of the job by name, ``code`` among them (``hwpred.tables.say_what_made_them``).
    """
    start_job_log(log)
    say_what_made_them(params.items())
