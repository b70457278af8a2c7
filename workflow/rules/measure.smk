# Stage 0, on demand: time networks on this machine or behind a command, and write ordinary combinations.
#
# Nothing else of ours may run while networks are timed: what follows waits for all chunks of all combinations.

import os

COMMAND = "snakemake measure" + "".join(f" --configfile {os.path.relpath(file)}" for file in workflow.configfiles)


wildcard_constraints:
    timed=r"[a-z0-9_]+-[A-Za-z0-9_.-]+-latency",
    computed="[a-z0-9_]+-[A-Za-z0-9_-]+-graph-[a-z_]+",
    chunk=r"(first|second)-\d+",
    name="[a-z0-9_]+-[A-Za-z0-9_.-]+",


rule measure_chunk:
    input:
        unpack(lambda wildcards: plan(wildcards).inputs_of_timing(wildcards.timed)),
    output:
        timings=files.TIMINGS,
    log:
        f"{RUN}/logs/measure_chunk/{{timed}}/{{chunk}}.log",
    benchmark:
        f"{RUN}/benchmarks/measure_chunk/{{timed}}/{{chunk}}.tsv"
    conda:
        "../../environment.yml"
    threads: lambda wildcards: plan(wildcards).timing_threads(wildcards.timed)
    resources:
        mem_mb=lambda wildcards, attempt: 3000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        chunk=lambda wildcards: wildcards.chunk,
        combination=lambda wildcards: plan(wildcards).timed[wildcards.timed],
        plan=lambda wildcards: plan(wildcards).timing_plan(wildcards.timed),
        settings=lambda wildcards: plan(wildcards).timing_settings(wildcards.timed),
        code=code("measure_chunk"),
    message:
        "Timing networks of {wildcards.timed}, chunk {wildcards.chunk}"
    script:
        "../scripts/measure_chunk.py"


use rule measure_chunk as measure_again_chunk with:
    output:
        timings=files.AGAIN,
    log:
        f"{RUN}/logs/measure_again_chunk/{{timed}}.log",
    benchmark:
        f"{RUN}/benchmarks/measure_again_chunk/{{timed}}.tsv"
    params:
        chunk="again-0",
        combination=lambda wildcards: plan(wildcards).timed[wildcards.timed],
        plan=lambda wildcards: plan(wildcards).timing_plan(wildcards.timed, chunk_size=plan(wildcards).measure.again),
        settings=lambda wildcards: plan(wildcards).timing_settings(wildcards.timed),
        code=rules.measure_chunk.params.code,
    message:
        "Timing some networks of {wildcards.timed} again"


rule collect_timings:
    input:
        timings=lambda wildcards: plan(wildcards).timings(wildcards.timed),
        all_others=lambda wildcards: ancient(plan(wildcards).timings()),
    output:
        measured=f"{RUN}/measured/{{timed}}.parquet",
        facts=f"{RUN}/measured/{{timed}}.json",
    log:
        f"{RUN}/logs/collect_timings/{{timed}}.log",
    benchmark:
        f"{RUN}/benchmarks/collect_timings/{{timed}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        combination=lambda wildcards: plan(wildcards).timed[wildcards.timed],
        plan=lambda wildcards: plan(wildcards).timing_plan(wildcards.timed),
        settings=lambda wildcards: plan(wildcards).timing_settings(wildcards.timed),
        command=COMMAND,
        licence=lambda wildcards: plan(wildcards).measure.licence,
        code=code("collect_timings"),
    message:
        "Collecting the timings of {wildcards.timed}"
    script:
        "../scripts/collect_timings.py"


rule compute_metric:
    input:
        architectures=lambda wildcards: plan(wildcards).architectures(
            plan(wildcards).computed[wildcards.computed]["space"]
        ),
        all_timings=lambda wildcards: ancient(plan(wildcards).timings()),
    output:
        measured=f"{RUN}/measured/{{computed}}.parquet",
        facts=f"{RUN}/measured/{{computed}}.json",
    log:
        f"{RUN}/logs/compute_metric/{{computed}}.log",
    benchmark:
        f"{RUN}/benchmarks/compute_metric/{{computed}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        combination=lambda wildcards: plan(wildcards).computed[wildcards.computed],
        command=COMMAND,
        licence=lambda wildcards: plan(wildcards).measure.licence,
        code=code("compute_metric"),
    message:
        "Computing {wildcards.computed}"
    script:
        "../scripts/compute_metric.py"


rule write_csv:
    input:
        measured=files.MEASURED,
        architectures=lambda wildcards: plan(wildcards).architectures(wildcards.name.split("-")[0]),
    output:
        files.MEASURED_CSV,
    log:
        f"{RUN}/logs/write_csv/{{name}}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        column=lambda wildcards: ("accuracy" if wildcards.name.endswith("-accuracy") else "value"),
        code=code("write_csv"),
    message:
        "Writing {wildcards.name} for the command hwpred"
    script:
        "../scripts/write_csv.py"


rule write_catalogue:
    output:
        files.MEASURED_CATALOGUE,
    log:
        f"{RUN}/logs/write_catalogue.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        combinations=lambda wildcards: plan(wildcards).measured_catalogue(),
        code=code("write_catalogue"),
    message:
        "Defining the measured combinations for a study"
    script:
        "../scripts/write_catalogue.py"


rule summarise_measurements:
    input:
        timings=lambda wildcards: plan(wildcards).timings(),
        facts=lambda wildcards: [plan(wildcards).file(files.FACTS, name=name) for name in plan(wildcards).timed],
    output:
        figure=report(
            f"{RUN}/figures/measurements.{SHOWN}",
            caption="../report/measurements.rst",
            category=DETAILS,
            labels={"figure": "distribution, noise, drift"},
        ),
        figure_also=expand(f"{RUN}/figures/measurements.{{format}}", format=ALSO, allow_missing=True),
        table=f"{RUN}/tables/measurements.csv",
        page=f"{RUN}/measurements.html",
    log:
        f"{RUN}/logs/summarise_measurements.log",
    benchmark:
        f"{RUN}/benchmarks/summarise_measurements.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        names=lambda wildcards: list(plan(wildcards).timed),
        code=code("summarise_measurements"),
    message:
        "Summing up the measurements"
    script:
        "../scripts/summarise_measurements.py"


rule compare_measurements:
    input:
        timings=lambda wildcards: [plan(wildcards).file(files.AGAIN, timed=name) for name in plan(wildcards).timed],
        measured=lambda wildcards: [
            f"{plan(wildcards).measure.again_folder}/{name}.parquet" for name in plan(wildcards).timed
        ],
    output:
        table=f"{RUN}/tables/measured_again.csv",
    log:
        f"{RUN}/logs/compare_measurements.log",
    benchmark:
        f"{RUN}/benchmarks/compare_measurements.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        names=lambda wildcards: list(plan(wildcards).timed),
        code=code("compare_measurements"),
    message:
        "Comparing fresh timings with measured values"
    script:
        "../scripts/compare_measurements.py"
