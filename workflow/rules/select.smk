# Stage 4a: select architectures by accuracy and a metric that may be wrong, be it by simulation or by real predictions,
# verify by measuring, and weigh what one gets for one's time. hwpred.study.selecting lists what each job reads and is told.

from hwpred.study.selecting import STAGES

for KEY, STAGE in STAGES.items():

    rule:
        name:
            KEY
        input:
            unpack(lambda wildcards, stage=STAGE: stage.files(plan(wildcards), wildcards.combination)),
        output:
            STAGE.output,
        log:
            f"{RUN}/logs/{KEY}/{{combination}}.log",
        benchmark:
            f"{RUN}/benchmarks/{KEY}/{{combination}}.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=lambda wildcards, attempt, memory=STAGE.memory: memory * attempt,
            runtime=lambda wildcards, attempt, minutes=STAGE.minutes: minutes * attempt,
        params:
            stage=STAGE.module,
            settings=lambda wildcards, stage=STAGE: stage.settings(plan(wildcards).study),
            asked=asked,
            code=lambda wildcards, stage=STAGE: code_of(
                SCRIPTS / "select_architectures.py",
                stage=stage.module,
                **plan(wildcards).members(dict(wildcards)),
            ),
        message:
            STAGE.words
        script:
            "../scripts/select_architectures.py"


rule select_adaptively:
    input:
        architectures=lambda wildcards: plan(wildcards).architectures_of(wildcards.combination),
        targets=files.TARGETS,
        accuracy=lambda wildcards: plan(wildcards).accuracy(wildcards.combination),
        others=lambda wildcards: plan(wildcards).others(wildcards.combination, wildcards.predictor),
    output:
        files.ADAPTIVE_SELECTION,
    log:
        f"{RUN}/logs/select_adaptively/{{combination}}/{{predictor}}.log",
    benchmark:
        f"{RUN}/benchmarks/select_adaptively/{{combination}}/{{predictor}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: attempt * plan(wildcards).memory(wildcards.predictor),
        runtime=lambda wildcards, attempt: attempt
        * plan(wildcards).adaptive_minutes(wildcards.combination, wildcards.predictor),
        gpu=lambda wildcards: plan(wildcards).gpus(plan(wildcards).device(wildcards.predictor)),
    params:
        settings=lambda wildcards: plan(wildcards).adaptive(wildcards.combination, wildcards.predictor),
        device=lambda wildcards: plan(wildcards).device(wildcards.predictor),
        dead_operations=lambda wildcards: plan(wildcards).dead_operations(wildcards.combination, wildcards.predictor),
        asked=asked,
        code=code("select_adaptively"),
    message:
        "Measuring round by round what {wildcards.predictor} finds promising on {wildcards.combination}"
    script:
        "../scripts/select_adaptively.py"


rule select_all:
    input:
        [MAIN.figure(figure, format) for figure in MAIN.selection_figures for format in MAIN.study.figure_formats],
    message:
        f"Figures of selections: results/{MAIN.study.run}/figures"
