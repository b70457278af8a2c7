"""Scripts of the workflow as modules."""

import importlib.util
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def load_script(name, folder="workflow/scripts"):
    """Import a script, which stands in no package."""
    specification = importlib.util.spec_from_file_location(name, PROJECT / folder / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
