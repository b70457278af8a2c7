# Stage 4b: select architectures by real predictions, verify by measuring, and weigh what one gets for one's time.


rule select_by_predictions:
    input:
        targets=files.TARGETS,
        accuracy=SELECTED_FROM["accuracy"],
        predictions=lambda wildcards: plan(wildcards).space_predictions(wildcards.combination),
    output:
        files.PREDICTED_SELECTION,
    log:
        f"{RUN}/logs/select_by_predictions/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/select_by_predictions/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        architectures=lambda wildcards: plan(wildcards).study.selection.architectures,
        verified=lambda wildcards: plan(wildcards).study.selection.verified,
        run_seed=lambda wildcards: plan(wildcards).study.seed,
        code=code("select_by_predictions"),
    message:
        "Selecting architectures by predictions of {wildcards.combination}"
    script:
        "../scripts/select_by_predictions.py"


rule select_under_limits:
    input:
        targets=files.TARGETS,
        accuracy=SELECTED_FROM["accuracy"],
        predictions=lambda wildcards: plan(wildcards).space_predictions(wildcards.combination),
    output:
        files.LIMITED_SELECTION,
    log:
        f"{RUN}/logs/select_under_limits/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/select_under_limits/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        code=code("select_under_limits"),
    message:
        "Selecting architectures under limits by predictions of {wildcards.combination}"
    script:
        "../scripts/select_under_limits.py"


rule select_adaptively:
    input:
        **SELECTED_FROM,
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
        code=code("select_adaptively"),
    message:
        "Measuring round by round what {wildcards.predictor} finds promising on {wildcards.combination}"
    script:
        "../scripts/select_adaptively.py"


rule weigh_budget:
    input:
        targets=files.TARGETS,
        accuracy=SELECTED_FROM["accuracy"],
        selection=files.PREDICTED_SELECTION,
        fits=lambda wildcards: plan(wildcards).selecting_fits(wildcards.combination),
        adaptive=lambda wildcards: plan(wildcards).adaptive_selections(wildcards.combination),
    output:
        files.BUDGET,
    log:
        f"{RUN}/logs/weigh_budget/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/weigh_budget/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        run_seed=lambda wildcards: plan(wildcards).study.seed,
        seconds_per_measurement=lambda wildcards: plan(wildcards).study.selection.seconds_per_measurement,
        code=code("weigh_budget"),
    message:
        "Weighing what one gets for one's time on {wildcards.combination}"
    script:
        "../scripts/weigh_budget.py"


rule compare_with_simulation:
    input:
        targets=files.TARGETS,
        accuracy=SELECTED_FROM["accuracy"],
        simulation=files.SIMULATION,
        predictions=lambda wildcards: plan(wildcards).space_predictions(wildcards.combination),
    output:
        files.COMPARISON,
    log:
        f"{RUN}/logs/compare_with_simulation/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/compare_with_simulation/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        run_seed=lambda wildcards: plan(wildcards).study.seed,
        code=code("compare_with_simulation"),
    message:
        "Comparing selections by predictions of {wildcards.combination} with simulated ones"
    script:
        "../scripts/compare_with_simulation.py"


rule select_all:
    input:
        [MAIN.figure(figure, format) for figure in MAIN.selection_figures for format in MAIN.study.figure_formats],
    message:
        f"Figures of selections: results/{MAIN.study.run}/figures"
