# Stage 4: figures, and tables for people. hwpred.drawing.registry lists them all. They read tables only: a new colour never
# trains a model.
#
# Each figure is written once a format; the report shows one of them, PNG where there is one.

from hwpred.drawing.registry import FAMILIES

for KEY, FAMILY in FAMILIES.items():
    JOB = FAMILY.job(KEY)

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
        group:
            "figures" if GROUPED and FAMILY.of else None
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=lambda wildcards, attempt, memory=FAMILY.memory: memory * attempt,
            runtime=lambda wildcards, attempt: 10 * attempt,
        params:
            family=KEY,
            settings=lambda wildcards, family=FAMILY: family.settings(plan(wildcards), wildcards),
            words={kind: figure.alternative for kind, figure in FAMILY.figures.items()} | FAMILY.tables,
            asked=asked,
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
        asked=asked,
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


rule figures_all:
    input:
        [MAIN.figure(figure, format) for figure in MAIN.all_figures for format in MAIN.study.figure_formats],
        [MAIN.table(table) for table in MAIN.tables],
    message:
        f"All figures: results/{MAIN.study.run}/figures"


rule compare:
    input:
        MAIN.table("compare_with_paper.csv"),
    message:
        f"Beside the paper: results/{MAIN.study.run}/tables/compare_with_paper.csv"
