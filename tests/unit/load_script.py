"""Scripts of the workflow, run as jobs, and those of other folders as modules."""

import importlib.util
import runpy
from pathlib import Path
from types import SimpleNamespace

PROJECT = Path(__file__).parents[2]


class Names(SimpleNamespace):
    """Files or parameters of a job by name, as Snakemake hands them over."""

    def items(self):
        return vars(self).items()


def run_script(name, monkeypatch, **job):
    """Run a script of the workflow in this process, with these ``input``, ``output``, ``params`` and ``wildcards``."""
    monkeypatch.setattr("hwpred.job.start_job", lambda log, params: None)
    job = {kind: Names(**values) for kind, values in {"params": {}, **job}.items()}
    told = SimpleNamespace(log=[None], **job)
    runpy.run_path(PROJECT / "workflow/scripts" / f"{name}.py", {"snakemake": told}, "__main__")


def load_script(name, folder):
    """Import a script, which stands in no package."""
    specification = importlib.util.spec_from_file_location(name, PROJECT / folder / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
