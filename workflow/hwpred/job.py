"""The beginning of every job: its log, what its tables will say of how they were made, and which ones it takes."""

from hwpred.joblog import start_job_log
from hwpred.tables import say_what_is_asked, say_what_made_them


def start_job(log, params):
    """Log to a file; let each table that this process writes say what made it, and each that it reads be asked for.

    Parameters
    ----------
    log : path
        As ``hwpred.joblog.start_job_log`` takes it.
    params : object with ``items()``
        The parameters of the job by name: ``code`` (``hwpred.tables.say_what_made_them``), and ``asked`` where it has
        to do with fits (``hwpred.tables.say_what_is_asked``).
    """
    start_job_log(log)
    say_what_made_them(params.items())
    say_what_is_asked(dict(params.items()).get("asked", {}))
