"""Executor ``kubernetes-volume``: jobs are pods of a Kubernetes cluster, which see the folder of the run on a volume.

snakemake-executor-plugin-kubernetes (tried: 0.5.1) takes it that a pod sees no file of the run, so that each would be
copied to a storage service and from there. Where a volume is mounted at the same path by all pods and by the machine
that starts the run, nothing needs to be copied, and rules and scripts are those of one machine. It differs in no more.
"""

import os
import shlex
from dataclasses import replace

import snakemake_executor_plugin_kubernetes as copying
from snakemake_executor_plugin_kubernetes import ExecutorSettings

__all__ = ["Executor", "ExecutorSettings", "common_settings"]

common_settings = replace(
    copying.common_settings,
    implies_no_shared_fs=False,
    job_deploy_sources=False,
    auto_deploy_default_storage_provider=False,
)


class Executor(copying.Executor):
    """The plugin's executor, whose pods work in the folder of the run."""

    def __post_init__(self):
        """Let the log of a failed pod be read.

        The plugin asks for the log of the container before the last restart. Its containers are never restarted, so
        that Kubernetes answers with an error, which would end the run instead of the job.
        """
        super().__post_init__()
        read = self.kubeapi.read_namespaced_pod_log
        self.kubeapi.read_namespaced_pod_log = lambda previous, **pod: read(**pod)

    def get_job_exec_prefix(self, job):
        """Return the command that goes to the folder of the run."""
        return f"cd {shlex.quote(os.getcwd())}"
