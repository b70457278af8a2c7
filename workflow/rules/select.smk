# Stage 4a: select architectures by accuracy and a metric that may be wrong. What does that cost?

SELECTED_FROM = {
    "architectures": lambda wildcards: plan(wildcards).architectures_of(wildcards.combination),
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
