# What all rules share: the plans of the studies, the plan that a job belongs to, and the hash of the code that it stands on.

import gc

from hwpred.drawing.registry import DETAILS, TABLES, WHICH
from hwpred.errors import InputError
from hwpred.study import files, slurm, terminal
from hwpred.study.code import code_of
from hwpred.study.files import RUN
from hwpred.study.studies import Studies

# A plan is millions of objects that stay: to look for garbage among them after each 700 new ones takes an eighth of the time.
gc.set_threshold(100_000, 20, 100)

ROOT = Path(workflow.current_basedir).parent.parent
SCRIPTS = ROOT / "workflow" / "scripts"
try:
    STUDIES = Studies(ROOT, config, workflow.configfiles)
    for words in STUDIES.main.check_own_files() if workflow.is_main_process else []:
        logger.warning(words)
except InputError as error:
    raise WorkflowError(str(error))
MAIN = STUDIES.main
slurm.mend_loaded()
config.update(MAIN.study.model_dump())  # captions of the report read it
# Jobs are grouped only where a profile says so: to keep account of groups takes Snakemake longer than to plan all jobs.
GROUPED = "in_turn" in workflow.resource_scopes
SHOWN, *ALSO = sorted(MAIN.study.figure_formats, reverse=True)


wildcard_constraints:
    run="|".join(STUDIES.runs),
    combination="[a-z0-9_]+-[A-Za-z0-9_.-]+",
    accuracy="[a-z0-9_]+-[A-Za-z0-9_-]+",
    predictor="[a-z0-9_]+",
    space="[a-z0-9_]+",
    source="[a-z0-9]+",
    file="[A-Za-z0-9._/-]+",
    block=r"\d+-\d+",
    size=r"\d+",


def training(wildcards):
    return plan(wildcards).training(wildcards.combination, wildcards.predictor, wildcards.block)


def training_group(wildcards):
    """Return the group of a training job: a function, as Snakemake calls it."""
    return training(wildcards).group


def plan(wildcards):
    return STUDIES[wildcards.run]


def asked(wildcards, input, output):
    """Return what the study asks of the tables of fits that a job reads and writes, or of what was made of them."""
    return plan(wildcards).asked([*input, *output])


def code(script):
    path = SCRIPTS / f"{script}.py"
    return lambda wildcards: code_of(path, **plan(wildcards).members(dict(wildcards)))


def drawn(family):
    """Return {kind: list of files} of what a family draws and tabulates; the report shows some of them.

    It shows a table as a page, since browsers store a CSV file instead of opening it.
    """
    of = {family.of: f"{{{family.of}}}"} if family.of else {}
    made = {}
    for kind, figure in family.figures.items():
        first, *others = [f"{RUN}/figures/{kind}{family.suffix}.{format}" for format in (SHOWN, *ALSO)]
        made[kind] = [shown(first, kind, figure.category, {**of, "figure": figure.label}), *others]
    for name, label in family.tables.items():
        file, kind = f"{RUN}/tables/{family.table(name)}", Path(name).stem
        page = [shown(str(Path(file).with_suffix(".html")), kind, TABLES, {"table": label})] if label else []
        made[name] = [file, *page]
    return made


def shown(file, kind, category, labels):
    return report(file, caption=f"../report/{kind}.rst", category=category, labels=labels)
