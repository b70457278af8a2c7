"""No job on Slurm is forgotten, given up or run twice because its controller or a node did not answer for a while.

snakemake-executor-plugin-slurm (tried: 2.8.0) does not ask again about jobs after a round in which all questions
failed: the run would wait for ever after the controller was restarted. What it sends meanwhile fails, and a few such
seconds use up all retries. And of a job whose node failed, and which waits to run again, it takes the words "None
assigned" for the name of that node: Slurm then refuses every further job. The same job it may report as failed and send
again, while Slurm runs it a second time, too: both would write the same files. Where a group of jobs cannot be sent
because a question to Slurm failed, it says so of the rule of the group, which has none, and the run waits for ever.

On the node, its companion for the steps of a job lets Snakemake use all processors that it sees. Where Slurm does not
hide the others, a group of jobs would run all at once, in the memory of one.
"""

import os
import subprocess
import sys
import time
from functools import wraps

from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo

PLUGIN = "snakemake_executor_plugin_slurm"
JOBSTEP = "snakemake_executor_plugin_slurm_jobstep"
NO_NODE = "None assigned"
"""What ``sacct`` says where a name would stand, of a job that has no node."""
NO_CONTROLLER = "Unable to contact slurm controller"
"""What ``sbatch`` says where the controller does not answer: the job is not sent."""
SECONDS_TO_NEXT_TRY = 10
_SUCCESS, _ERROR = "report_job_success", "report_job_error"


def mend_loaded():
    """Mend the executors where Snakemake has loaded their plugins; other executors need nothing."""
    if PLUGIN in sys.modules:
        mend(sys.modules[PLUGIN].Executor)
    if JOBSTEP in sys.modules:
        sys.modules[JOBSTEP].Executor.cores = property(reserved_cores)


def mend(executor):
    """Let the executor keep an eye on every job until it is reported, and send again what reached no controller.

    Parameters
    ----------
    executor : class
        ``snakemake_executor_plugin_slurm.Executor``. It is changed.
    """
    if not hasattr(executor.check_active_jobs, "__wrapped__"):
        executor.check_active_jobs = _watching_all(executor.check_active_jobs)
        executor.run_job = _reporting(executor.run_job)
        executor._report_job_error_threadsafe = _sending_again(executor._report_job_error_threadsafe)


def reserved_cores(_):
    """Return the cores that Slurm reserved for the job that this process belongs to; "all" where it does not say."""
    return int(os.environ.get("SLURM_CPUS_PER_TASK", 0)) or "all"


def _reporting(run):
    @wraps(run)
    def run_job(self, job):
        try:
            run(self, job)
        except Exception as error:  # in a thread, where nobody would see it
            self._report_job_error_threadsafe(SubmittedJobInfo(job), f"not sent: {error.__context__ or error}")

    return run_job


def _sending_again(report):
    @wraps(report)
    def _report_job_error_threadsafe(self, job_info, msg):
        # Of an array, a part may have been sent.
        if NO_CONTROLLER not in msg or "array" in msg:
            return report(self, job_info, msg)
        self.logger.warning(f"{NO_CONTROLLER}: job {job_info.job.jobid} is sent again in {SECONDS_TO_NEXT_TRY} s.")
        time.sleep(SECONDS_TO_NEXT_TRY)  # in a thread that only sends jobs
        self._job_submission_executor.submit(self.run_job, job_info.job)

    return _report_job_error_threadsafe


def _watching_all(check):
    @wraps(check)
    async def check_active_jobs(self, active_jobs):
        known = set()
        setattr(self, _SUCCESS, _noting(getattr(self, _SUCCESS), known))
        setattr(self, _ERROR, _noting(_withdrawing(getattr(self, _ERROR)), known))
        try:
            async for job in check(self, active_jobs):
                known.add(id(job))
                yield job
        finally:
            for name in (_SUCCESS, _ERROR):
                delattr(self, name)
        if active_jobs:  # without any, the executor may not be ready yet
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


def _withdrawing(report):
    def withdrawn(job, *arguments, **more):
        # What has ended is not changed by this; what Slurm would run again does not run beside the next try.
        while NO_CONTROLLER in _scancel(job.external_jobid):
            time.sleep(SECONDS_TO_NEXT_TRY)
        return report(job, *arguments, **more)

    return withdrawn


def _scancel(job_id):
    """Return what ``scancel`` says of a job that has no reason to run any more."""
    done = subprocess.run(["scancel", job_id], capture_output=True, text=True, timeout=60, check=False)
    return done.stderr
