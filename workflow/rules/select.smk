# Stage 4a: select architectures by accuracy and a metric that may be wrong. What does that cost?

SELECTION = config["selection"]
SIMULATION = {
    key: SELECTION[key]
    for key in ("architectures", "deviation_std", "trials", "pairing")
}


wildcard_constraints:
    selectable="|".join(map(re.escape, SELECTABLE)) or "none",


rule simulate_selection:
    input:
        unpack(selection_inputs),
    output:
        simulation=f"{RUN}/selection/{{selectable}}.parquet",
    log:
        f"{RUN}/logs/simulate_selection/{{selectable}}.log",
    benchmark:
        f"{RUN}/benchmarks/simulate_selection/{{selectable}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        **SIMULATION,
        run_seed=config["seed"],
        code=digest(
            "metrics.py",
            "seeding.py",
            *(
                f"selection/{module}.py"
                for module in (
                    "deviations",
                    "outcome",
                    "pareto",
                    "reading",
                    "simulation",
                )
            ),
        ),
    message:
        "Selecting architectures by wrong values of {wildcards.selectable}"
    script:
        "../scripts/simulate_selection.py"


rule plot_simulation:
    input:
        selections=expand(
            f"{RUN}/selection/{{selectable}}.parquet", selectable=SELECTABLE
        ),
        paper=[f"{PAPER}/paper_simulation.csv"] if config["paper_curves"] else [],
    output:
        table=f"{TABLES}/simulation.csv",
        reduction=report(
            f"{FIGURES}/selection_reduction.{SHOWN}",
            caption="../report/selection_reduction.rst",
            category="Selection",
            labels={"figure": "reduction of accuracy"},
        ),
        hypervolume=report(
            f"{FIGURES}/selection_hypervolume.{SHOWN}",
            caption="../report/selection_hypervolume.rst",
            category="Selection",
            labels={"figure": "hypervolume"},
        ),
        by_combination=report(
            f"{FIGURES}/selection_by_combination.{SHOWN}",
            caption="../report/selection_by_combination.rst",
            category="Selection",
            labels={"figure": "by combination"},
        ),
        reduction_also=expand(f"{FIGURES}/selection_reduction.{{format}}", format=ALSO),
        hypervolume_also=expand(
            f"{FIGURES}/selection_hypervolume.{{format}}", format=ALSO
        ),
        by_combination_also=expand(
            f"{FIGURES}/selection_by_combination.{{format}}", format=ALSO
        ),
    log:
        f"{RUN}/logs/plot_simulation.log",
    benchmark:
        f"{RUN}/benchmarks/plot_simulation.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=digest(
            "figures/simulation.py",
            "figures/style.py",
            "figures/summary_tables.py",
            "selection/summary.py",
        ),
    message:
        "Drawing what wrong metrics cost"
    script:
        "../scripts/plot_simulation.py"


rule plot_fronts:
    input:
        unpack(selection_inputs),
        selection=f"{RUN}/selection/{{selectable}}.parquet",
    output:
        fronts=report(
            f"{FIGURES}/selection_fronts_{{selectable}}.{SHOWN}",
            caption="../report/selection_fronts.rst",
            category="Selection",
            labels={"figure": "fronts of one trial, {selectable}"},
        ),
        fronts_also=expand(
            f"{FIGURES}/selection_fronts_{{{{selectable}}}}.{{format}}", format=ALSO
        ),
    log:
        f"{RUN}/logs/plot_fronts/{{selectable}}.log",
    benchmark:
        f"{RUN}/benchmarks/plot_fronts/{{selectable}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        run_seed=config["seed"],
        code=digest(
            "figures/fronts.py",
            "figures/simulation.py",
            "figures/style.py",
            "metrics.py",
            "seeding.py",
            *(
                f"selection/{module}.py"
                for module in (
                    "deviations",
                    "outcome",
                    "pareto",
                    "reading",
                    "simulation",
                )
            ),
        ),
    message:
        "Drawing which architectures wrong values of {wildcards.selectable} select"
    script:
        "../scripts/plot_fronts.py"
