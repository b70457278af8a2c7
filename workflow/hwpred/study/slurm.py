"""No job is forgotten where Slurm's controller does not answer for a while, and no node is left out that has no name.

snakemake-executor-plugin-slurm (tried: 2.8.0) does not ask again about jobs after a round in which all questions
failed: the run would wait for ever after the controller was restarted. And of a job whose node failed, and which waits
to run again, it takes the words "None assigned" for the name of that node: Slurm then refuses every further job.
"""

import sys
from functools import wraps

PLUGIN = "snakemake_executor_plugin_slurm"
NO_NODE = "None assigned"
"""What ``sacct`` says where a name would stand, of a job that has no node."""
_REPORTS = ("report_job_success", "report_job_error")


def mend_loaded():
    """Mend the executor where Snakemake has loaded the plugin; jobs on the nodes, and other executors, need nothing."""
    if PLUGIN in sys.modules:
        mend(sys.modules[PLUGIN].Executor)


def mend(executor):
    """Let the executor keep an eye on every job until it is reported.

    Parameters
    ----------
    executor : class
        ``snakemake_executor_plugin_slurm.Executor``. It is changed.
    """
    if not hasattr(executor.check_active_jobs, "__wrapped__"):
        executor.check_active_jobs = _watching_all(executor.check_active_jobs)


def _watching_all(check):
    @wraps(check)
    async def check_active_jobs(self, active_jobs):
        known = set()
        for name in _REPORTS:
            setattr(self, name, _noting(getattr(self, name), known))
        try:
            async for job in check(self, active_jobs):
                known.add(id(job))
                yield job
        finally:
            for name in _REPORTS:
                delattr(self, name)
        self._failed_nodes.discard(NO_NODE)
        for job in active_jobs:
            if id(job) not in known:
                yield job

    return check_active_jobs


def _noting(report, known):
    def noted(job, *arguments, **more):
        known.add(id(job))
        return report(job, *arguments, **more)

    return noted
