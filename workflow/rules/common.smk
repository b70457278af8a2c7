# What all rules share: the plans of the studies, and short ways to ask the plan that a job belongs to.

from hwpred.errors import InputError
from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.spaces import SPACE_KEYS
from hwpred.study import files
from hwpred.study.code import code_of
from hwpred.study.files import RUN
from hwpred.study.studies import Studies

ROOT = Path(workflow.current_basedir).parent.parent
SCRIPTS = ROOT / "workflow" / "scripts"
try:
    STUDIES = Studies(ROOT, config, workflow.configfiles)
    MAIN = STUDIES.main
    if workflow.is_main_process:
        for words in MAIN.check_own_files():
            logger.warning(words)
except InputError as error:
    raise WorkflowError(str(error))
SHOWN, *ALSO = sorted(MAIN.study.figure_formats, reverse=True)


wildcard_constraints:
    run="|".join(STUDIES.runs),
    combination="[a-z0-9_]+-[A-Za-z0-9_.-]+",
    accuracy="[a-z0-9_]+-[A-Za-z0-9_-]+",
    predictor="|".join(DESCRIPTIONS),
    space="|".join(SPACE_KEYS),
    source="[a-z0-9]+",
    file="[A-Za-z0-9._/-]+",
    block=r"\d+-\d+",


def plan(wildcards):
    return STUDIES[wildcards.run]


def code(script):
    """A parameter: the hash of the code that a job of this script stands on."""
    return lambda wildcards: code_of(
        SCRIPTS / f"{script}.py", **plan(wildcards).members(dict(wildcards))
    )
