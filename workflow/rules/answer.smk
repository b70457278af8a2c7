# Stage 5: the page that says which predictor to use, and the same in a few lines for the terminal.


# Relative, so that a moved checkout writes no page anew.
ANSWER_TEMPLATES = Path(os.path.relpath(ROOT / "workflow" / "hwpred" / "answer" / "templates"))


rule plan_measurements:
    input:
        architectures=files.ARCHITECTURES,
    output:
        files.PLANS,
    log:
        f"{RUN}/logs/plan_measurements/{{space}}.log",
    benchmark:
        f"{RUN}/benchmarks/plan_measurements/{{space}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        sizes=lambda wildcards: plan(wildcards).study.train_sizes[wildcards.space],
        code=code("plan_measurements"),
    message:
        "Choosing architectures of {wildcards.space} to measure first"
    script:
        "../scripts/plan_measurements.py"


rule write_answer:
    input:
        tables=lambda wildcards: plan(wildcards).answer_inputs(),
        plans=lambda wildcards: plan(wildcards).plans(),
        templates=sorted(map(str, ANSWER_TEMPLATES.iterdir())),
    output:
        page=report(
            files.ANSWER,
            caption="../report/answer.rst",
            category=WHICH,
            labels={"figure": "answer: which predictor for your device?"},
        ),
        words=files.ANSWER_WORDS,
    log:
        f"{RUN}/logs/write_answer.log",
    benchmark:
        f"{RUN}/benchmarks/write_answer.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        combinations=lambda wildcards: plan(wildcards).answer_tables(),
        run_seed=lambda wildcards: plan(wildcards).study.seed,
        asked=asked,
        code=code("write_answer"),
    message:
        "Writing the page that says which predictor to use"
    script:
        "../scripts/write_answer.py"
