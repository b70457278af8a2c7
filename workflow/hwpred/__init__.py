"""Hardware metric predictors for neural architecture search: the library behind the workflow.

Nothing here knows Snakemake, a path of the repository or a global configuration, and importing
the package costs nothing: heavy libraries are imported by the modules that need them.
"""

__version__ = "0.1.0"
