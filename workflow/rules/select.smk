# Stage 4a: select architectures by accuracy and a metric that may be wrong. What does that cost?

SELECTED_FROM = {
    "architectures": lambda wildcards: plan(wildcards).architectures_of(
        wildcards.combination
    ),
    "targets": files.TARGETS,
    "accuracy": lambda wildcards: plan(wildcards).accuracy(wildcards.combination),
}


rule simulate_selection:
    input:
        **SELECTED_FROM,
    output:
        simulation=files.SIMULATION,
    log:
        f"{RUN}/logs/simulate_selection/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/simulate_selection/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        settings=lambda wildcards: plan(wildcards).simulating(),
        code=code("simulate_selection"),
    message:
        "Selecting architectures by wrong values of {wildcards.combination}"
    script:
        "../scripts/simulate_selection.py"


rule plot_simulation:
    input:
        selections=lambda wildcards: [
            plan(wildcards).simulation(name) for name in plan(wildcards).selectable
        ],
        paper=lambda wildcards: (
            [f"{PAPER}/paper_simulation.csv"]
            if plan(wildcards).study.paper_curves
            else []
        ),
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
        reduction_also=expand(
            f"{FIGURES}/selection_reduction.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
        hypervolume_also=expand(
            f"{FIGURES}/selection_hypervolume.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
        by_combination_also=expand(
            f"{FIGURES}/selection_by_combination.{{format}}",
            format=ALSO,
            allow_missing=True,
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
        code=code("plot_simulation"),
    message:
        "Drawing what wrong metrics cost"
    script:
        "../scripts/plot_simulation.py"


rule plot_fronts:
    input:
        **SELECTED_FROM,
        selection=files.SIMULATION,
    output:
        fronts=report(
            f"{FIGURES}/selection_fronts_{{combination}}.{SHOWN}",
            caption="../report/selection_fronts.rst",
            category="Selection",
            labels={"figure": "fronts of one trial, {combination}"},
        ),
        fronts_also=expand(
            f"{FIGURES}/selection_fronts_{{combination}}.{{format}}",
            format=ALSO,
            allow_missing=True,
        ),
    log:
        f"{RUN}/logs/plot_fronts/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/plot_fronts/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        run_seed=lambda wildcards: plan(wildcards).study.seed,
        code=code("plot_fronts"),
    message:
        "Drawing which architectures wrong values of {wildcards.combination} select"
    script:
        "../scripts/plot_fronts.py"
