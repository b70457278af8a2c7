# Stage 4b: select architectures by real predictions, verify by measuring, and weigh what one gets for one's time.


rule select_by_predictions:
    input:
        targets=files.TARGETS,
        accuracy=SELECTED_FROM["accuracy"],
        predictions=lambda wildcards: plan(wildcards).space_predictions(
            wildcards.combination
        ),
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
        predictions=lambda wildcards: plan(wildcards).space_predictions(
            wildcards.combination
        ),
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
        others=lambda wildcards: plan(wildcards).others(
            wildcards.combination, wildcards.predictor
        ),
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
        mem_mb=lambda wildcards, attempt: attempt
        * plan(wildcards).memory(wildcards.predictor),
        runtime=lambda wildcards, attempt: attempt
        * plan(wildcards).adaptive_minutes(wildcards.combination, wildcards.predictor),
    params:
        settings=lambda wildcards: plan(wildcards).adaptive(
            wildcards.combination, wildcards.predictor
        ),
        device=lambda wildcards: plan(wildcards).device(wildcards.predictor),
        dead_operations=lambda wildcards: plan(wildcards).dead_operations(
            wildcards.combination, wildcards.predictor
        ),
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
        adaptive=lambda wildcards: plan(wildcards).adaptive_selections(
            wildcards.combination
        ),
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
        seconds_per_measurement=lambda wildcards: plan(
            wildcards
        ).study.selection.seconds_per_measurement,
        code=code("weigh_budget"),
    message:
        "Weighing what one gets for one's time on {wildcards.combination}"
    script:
        "../scripts/weigh_budget.py"


rule plot_predicted_selection:
    input:
        lambda wildcards: [
            plan(wildcards).predicted_selection(name)
            for name in plan(wildcards).selectable
        ],
    output:
        table=f"{TABLES}/selection_with_predictors.csv",
        selection=report(
            f"{FIGURES}/predicted_selection.{SHOWN}",
            caption="../report/predicted_selection.rst",
            category="Selection",
            labels={"figure": "by predictor"},
        ),
        verification=report(
            f"{FIGURES}/verification.{SHOWN}",
            caption="../report/verification.rst",
            category="Selection",
            labels={"figure": "verification"},
        ),
        selection_also=expand(
            f"{FIGURES}/predicted_selection.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
        verification_also=expand(
            f"{FIGURES}/verification.{{format}}", format=ALSO, allow_missing=True
        ),
    log:
        f"{RUN}/logs/plot_predicted_selection.log",
    benchmark:
        f"{RUN}/benchmarks/plot_predicted_selection.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("plot_predicted_selection"),
    message:
        "Drawing whose predictions select best"
    script:
        "../scripts/plot_predicted_selection.py"


rule plot_limits:
    input:
        lambda wildcards: [
            plan(wildcards).limited_selection(name)
            for name in plan(wildcards).selectable
        ],
    output:
        table=f"{TABLES}/limits.csv",
        limits=report(
            f"{FIGURES}/limits.{SHOWN}",
            caption="../report/limits.rst",
            category="Selection",
            labels={"figure": "under a limit"},
        ),
        limits_also=expand(
            f"{FIGURES}/limits.{{format}}", format=ALSO, allow_missing=True
        ),
    log:
        f"{RUN}/logs/plot_limits.log",
    benchmark:
        f"{RUN}/benchmarks/plot_limits.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("plot_limits"),
    message:
        "Drawing how often a limit is broken"
    script:
        "../scripts/plot_limits.py"


rule plot_budget:
    input:
        targets=files.TARGETS,
        offers=files.BUDGET,
    output:
        best=f"{TABLES}/budget_{{combination}}.csv",
        advice=f"{TABLES}/advice_{{combination}}.csv",
        budget=report(
            f"{FIGURES}/budget_{{combination}}.{SHOWN}",
            caption="../report/budget.rst",
            category="Time budget",
            labels={"combination": "{combination}"},
        ),
        budget_also=expand(
            f"{FIGURES}/budget_{{combination}}.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
    log:
        f"{RUN}/logs/plot_budget/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/plot_budget/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("plot_budget"),
    message:
        "Drawing what to spend a time budget on, {wildcards.combination}"
    script:
        "../scripts/plot_budget.py"


rule compare_with_simulation:
    input:
        targets=files.TARGETS,
        accuracy=SELECTED_FROM["accuracy"],
        simulation=files.SIMULATION,
        predictions=lambda wildcards: plan(wildcards).space_predictions(
            wildcards.combination
        ),
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


rule plot_reality:
    input:
        lambda wildcards: [
            plan(wildcards).comparison(name) for name in plan(wildcards).selectable
        ],
    output:
        table=f"{TABLES}/simulation_and_reality.csv",
        errors=f"{TABLES}/simulation_errors.csv",
        reality=report(
            f"{FIGURES}/simulation_and_reality.{SHOWN}",
            caption="../report/simulation_and_reality.rst",
            category="Selection",
            labels={"figure": "simulation and reality"},
        ),
        reality_also=expand(
            f"{FIGURES}/simulation_and_reality.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
    log:
        f"{RUN}/logs/plot_reality.log",
    benchmark:
        f"{RUN}/benchmarks/plot_reality.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=code("plot_reality"),
    message:
        "Drawing whether the simulation tells what real predictors cost"
    script:
        "../scripts/plot_reality.py"


rule select_all:
    input:
        [
            MAIN.figure(figure, format)
            for figure in MAIN.selection_figures
            for format in MAIN.study.figure_formats
        ],
