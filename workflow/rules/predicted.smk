# Stage 4b: select architectures by real predictions, verify by measuring, and weigh what one gets for one's time.

# Those that take part: a study of fewer predictors need not repeat the key.
ADAPTIVE = [key for key in SELECTION["adaptive"] if key in config["predictors"]]
WITH_PREDICTORS = SELECTABLE if SELECTION["seeds"] else {}
DRAWING = (
    "figures/style.py",
    "figures/summary_tables.py",
    "predictors/__init__.py",
)


rule select_by_predictions:
    input:
        targets=f"{RUN}/data/targets/{{selectable}}.parquet",
        accuracy=lambda wildcards: selection_inputs(wildcards)["accuracy"],
        predictions=lambda wildcards: selecting_files(
            "space_predictions", wildcards.selectable
        ),
    output:
        f"{RUN}/predicted_selection/{{selectable}}.parquet",
    log:
        f"{RUN}/logs/select_by_predictions/{{selectable}}.log",
    benchmark:
        f"{RUN}/benchmarks/select_by_predictions/{{selectable}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        architectures=SELECTION["architectures"],
        verified=SELECTION["verified"],
        run_seed=config["seed"],
        code=selection_digest(
            "outcome", "pareto", "predicted", "promising", "reading", "space"
        ),
    message:
        "Selecting architectures by predictions of {wildcards.selectable}"
    script:
        "../scripts/select_by_predictions.py"


rule select_adaptively:
    input:
        unpack(selection_inputs),
        others=other_targets,
    output:
        f"{RUN}/adaptive_selection/{{selectable}}/{{predictor}}.parquet",
    log:
        f"{RUN}/logs/select_adaptively/{{selectable}}/{{predictor}}.log",
    benchmark:
        f"{RUN}/benchmarks/select_adaptively/{{selectable}}/{{predictor}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=training_memory,
        runtime=selecting_minutes,
    params:
        run_seed=config["seed"],
        design=config["design"],
        seeds=SELECTION["seeds"],
        sizes=lambda wildcards: config["train_sizes"][
            SELECTABLE[wildcards.selectable]["space"]
        ],
        test_size=lambda wildcards: config["test_sizes"][
            SELECTABLE[wildcards.selectable]["space"]
        ],
        hyperparameters=lambda wildcards: config["hyperparameters"].get(
            wildcards.predictor, {}
        ),
        dead_operations=dead_operations,
        code=lambda wildcards: fitting_digest(
            wildcards.predictor, SELECTABLE[wildcards.selectable]["space"]
        )
        + selection_digest(
            "adaptive", "outcome", "pareto", "promising", "reading", "space"
        ),
    message:
        "Measuring round by round what {wildcards.predictor} finds promising on {wildcards.selectable}"
    script:
        "../scripts/select_adaptively.py"


rule weigh_budget:
    input:
        targets=f"{RUN}/data/targets/{{selectable}}.parquet",
        accuracy=lambda wildcards: selection_inputs(wildcards)["accuracy"],
        selection=f"{RUN}/predicted_selection/{{selectable}}.parquet",
        fits=lambda wildcards: selecting_files("fits", wildcards.selectable),
        adaptive=expand(
            f"{RUN}/adaptive_selection/{{selectable}}/{{predictor}}.parquet",
            predictor=ADAPTIVE,
            allow_missing=True,
        ),
    output:
        f"{RUN}/budget/{{selectable}}.parquet",
    log:
        f"{RUN}/logs/weigh_budget/{{selectable}}.log",
    benchmark:
        f"{RUN}/benchmarks/weigh_budget/{{selectable}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        run_seed=config["seed"],
        seconds_per_measurement=SELECTION["seconds_per_measurement"],
        code=selection_digest("budget", "outcome", "pareto", "reading", "space"),
    message:
        "Weighing what one gets for one's time on {wildcards.selectable}"
    script:
        "../scripts/weigh_budget.py"


rule plot_predicted_selection:
    input:
        expand(
            f"{RUN}/predicted_selection/{{selectable}}.parquet",
            selectable=WITH_PREDICTORS,
        ),
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
        selection_also=expand(f"{FIGURES}/predicted_selection.{{format}}", format=ALSO),
        verification_also=expand(f"{FIGURES}/verification.{{format}}", format=ALSO),
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
        code=digest("figures/predicted_selection.py", *DRAWING),
    message:
        "Drawing whose predictions select best"
    script:
        "../scripts/plot_predicted_selection.py"


rule plot_budget:
    input:
        targets=f"{RUN}/data/targets/{{selectable}}.parquet",
        offers=f"{RUN}/budget/{{selectable}}.parquet",
    output:
        best=f"{TABLES}/budget_{{selectable}}.csv",
        advice=f"{TABLES}/advice_{{selectable}}.csv",
        budget=report(
            f"{FIGURES}/budget_{{selectable}}.{SHOWN}",
            caption="../report/budget.rst",
            category="Time budget",
            labels={"combination": "{selectable}"},
        ),
        budget_also=expand(
            f"{FIGURES}/budget_{{{{selectable}}}}.{{format}}", format=ALSO
        ),
    log:
        f"{RUN}/logs/plot_budget/{{selectable}}.log",
    benchmark:
        f"{RUN}/benchmarks/plot_budget/{{selectable}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=digest("figures/budget.py", "selection/budget.py", *DRAWING),
    message:
        "Drawing what to spend a time budget on, {wildcards.selectable}"
    script:
        "../scripts/plot_budget.py"


rule compare_with_simulation:
    input:
        targets=f"{RUN}/data/targets/{{selectable}}.parquet",
        accuracy=lambda wildcards: selection_inputs(wildcards)["accuracy"],
        simulation=f"{RUN}/selection/{{selectable}}.parquet",
        predictions=lambda wildcards: selecting_files(
            "space_predictions", wildcards.selectable
        ),
    output:
        f"{RUN}/comparison/{{selectable}}.parquet",
    log:
        f"{RUN}/logs/compare_with_simulation/{{selectable}}.log",
    benchmark:
        f"{RUN}/benchmarks/compare_with_simulation/{{selectable}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        run_seed=config["seed"],
        code=selection_digest(
            "deviations",
            "outcome",
            "pareto",
            "predicted",
            "promising",
            "reading",
            "reality",
            "space",
        ),
    message:
        "Comparing selections by predictions of {wildcards.selectable} with simulated ones"
    script:
        "../scripts/compare_with_simulation.py"


rule plot_reality:
    input:
        expand(f"{RUN}/comparison/{{selectable}}.parquet", selectable=WITH_PREDICTORS),
    output:
        table=f"{TABLES}/simulation_and_reality.csv",
        errors=f"{TABLES}/simulation_errors.csv",
        reality=report(
            f"{FIGURES}/simulation_and_reality.{SHOWN}",
            caption="../report/simulation_and_reality.rst",
            category="Selection",
            labels={"figure": "simulation and reality"},
        ),
        reality_also=expand(f"{FIGURES}/simulation_and_reality.{{format}}", format=ALSO),
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
        code=digest("figures/reality.py", "selection/reality.py", *DRAWING),
    message:
        "Drawing whether the simulation tells what real predictors cost"
    script:
        "../scripts/plot_reality.py"


# The fronts of one combination are enough to see what happens; those of another are made when asked for by name.
rule select_all:
    input:
        rules.plot_simulation.output if SELECTABLE else [],
        expand(rules.plot_fronts.output, selectable=list(SELECTABLE)[:1]),
        (
            [rules.plot_predicted_selection.output, rules.plot_reality.output]
            if WITH_PREDICTORS
            else []
        ),
        expand(rules.plot_budget.output, selectable=WITH_PREDICTORS),
