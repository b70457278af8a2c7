# Stage 4: figures, and tables for people. hwpred.drawing.registry lists them all. They read tables only: a new colour never
# trains a model.
#
# Each figure is written once a format; the report shows one of them, PNG where there is one.

from hwpred.drawing.registry import FAMILIES


def drawn(family):
    """Return {kind: list of files} of what a family draws and tabulates; the report shows some of them."""
    of = {family.of: f"{{{family.of}}}"} if family.of else {}
    made = {}
    for kind, label in family.figures.items():
        first, *others = [f"{RUN}/figures/{kind}{family.suffix}.{format}" for format in (SHOWN, *ALSO)]
        made[kind] = [shown(first, family, {**of, "figure": label}, kind), *others]
    for name, label in family.tables.items():
        file = f"{RUN}/tables/{family.table(name)}"
        kind = Path(name).stem
        made[name] = [shown(file, family, {"table": label}, kind) if label else file]
    return made


def shown(file, family, labels, kind):
    caption = f"../report/{kind}.rst"
    return report(file, caption=caption, category=family.category, labels=labels)


for KEY, FAMILY in FAMILIES.items():
    JOB = f"plot_{KEY}" + (f"/{{{FAMILY.of}}}" if FAMILY.of else "")

    rule:
        name:
            f"plot_{KEY}"
        input:
            unpack(lambda wildcards, family=FAMILY: family.inputs(plan(wildcards), wildcards)),
        output:
            **drawn(FAMILY),
        log:
            f"{RUN}/logs/{JOB}.log",
        benchmark:
            f"{RUN}/benchmarks/{JOB}.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=lambda wildcards, attempt, memory=FAMILY.memory: memory * attempt,
            runtime=lambda wildcards, attempt: 10 * attempt,
        params:
            family=KEY,
            settings=lambda wildcards, family=FAMILY: family.settings(plan(wildcards), wildcards),
            code=lambda wildcards, key=KEY: code_of(
                SCRIPTS / "draw.py",
                family=key,
                **plan(wildcards).members(dict(wildcards)),
            ),
        message:
            FAMILY.words + (f": {{wildcards.{FAMILY.of}}}" if FAMILY.of else "")
        script:
            "../scripts/draw.py"


rule compare_with_paper:
    input:
        evaluations=lambda wildcards: plan(wildcards).evaluations(),
        paper=f"{files.PAPER}/paper_tables.csv",
    output:
        csv=f"{RUN}/tables/compare_with_paper.csv",
    log:
        f"{RUN}/logs/compare_with_paper.log",
    benchmark:
        f"{RUN}/benchmarks/compare_with_paper.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("compare_with_paper"),
    message:
        "Comparing with the paper's tables"
    script:
        "../scripts/compare_with_paper.py"


rule figures:
    input:
        [MAIN.figure(figure, format) for figure in MAIN.figures for format in MAIN.study.figure_formats],
        [MAIN.table(table) for table in MAIN.tables],
    message:
        f"Figures: results/{MAIN.study.run}/figures"


rule compare:
    input:
        MAIN.table("compare_with_paper.csv"),
    message:
        f"Beside the paper: results/{MAIN.study.run}/tables/compare_with_paper.csv"
