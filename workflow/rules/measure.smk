# Stage 0, on demand: time networks on this machine or behind a command, and write ordinary combinations.
#
# Nothing else of ours may run while networks are timed: what follows waits for all chunks of all combinations.

import os

SETTINGS = {key: MEASURE[key] for key in ("threads", "effort", "command_timeout")}
LAST_CONFIGURATION = os.path.relpath(workflow.configfiles[-1])


wildcard_constraints:
    timed="|".join(map(re.escape, TIMED)),
    computed="|".join(map(re.escape, COMPUTED)) or "none",
    chunk=r"(first|second)-\d+",


ALL_TIMINGS = [file for timed in TIMED for file in timing_files(timed)]


rule measure_chunk:
    input:
        architectures=lambda wildcards: f"{RUN}/data/{TIMED[wildcards.timed]['space']}/architectures.parquet",
    output:
        timings=f"{RUN}/timings/{{timed}}/{{chunk}}.parquet",
    log:
        f"{RUN}/logs/measure_chunk/{{timed}}/{{chunk}}.log",
    benchmark:
        f"{RUN}/benchmarks/measure_chunk/{{timed}}/{{chunk}}.tsv"
    conda:
        "../../environment.yml"
    threads: MEASURE["threads"]
    resources:
        mem_mb=lambda wildcards, attempt: 3000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        chunk=lambda wildcards: wildcards.chunk,
        combination=lambda wildcards: TIMED[wildcards.timed],
        plan=lambda wildcards: plan_of(wildcards.timed),
        settings=SETTINGS,
        code=lambda wildcards: digest(
            "networks",
            *(
                f"measurement/{module}.py"
                for module in (
                    "chunks",
                    "command",
                    "measurer",
                    "plan",
                    "runtimes",
                    "timing",
                )
            ),
            "spaces/base.py",
            f"spaces/{TIMED[wildcards.timed]['space']}.py",
            "seeding.py",
        ),
    message:
        "Timing networks of {wildcards.timed}, chunk {wildcards.chunk}"
    script:
        "../scripts/measure_chunk.py"


use rule measure_chunk as measure_again_chunk with:
    output:
        timings=f"{RUN}/again/{{timed}}/again-0.parquet",
    log:
        f"{RUN}/logs/measure_again_chunk/{{timed}}.log",
    benchmark:
        f"{RUN}/benchmarks/measure_again_chunk/{{timed}}.tsv"
    params:
        chunk="again-0",
        combination=lambda wildcards: TIMED[wildcards.timed],
        plan=lambda wildcards: {
            **plan_of(wildcards.timed),
            "chunk_size": MEASURE["again"],
        },
        settings=SETTINGS,
        code=rules.measure_chunk.params.code,
    message:
        "Timing some networks of {wildcards.timed} again"


rule collect_timings:
    input:
        timings=lambda wildcards: timing_files(wildcards.timed),
        all_others=ancient(ALL_TIMINGS),
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
        combination=lambda wildcards: TIMED[wildcards.timed],
        plan=lambda wildcards: plan_of(wildcards.timed),
        settings=SETTINGS,
        command=f"snakemake measure --configfile {LAST_CONFIGURATION}",
        code=digest(
            "measurement/collect.py",
            "measurement/drift.py",
            "measurement/output.py",
            "metrics.py",
        ),
    message:
        "Collecting the timings of {wildcards.timed}"
    script:
        "../scripts/collect_timings.py"


rule compute_metric:
    input:
        architectures=lambda wildcards: f"{RUN}/data/{COMPUTED[wildcards.computed]['space']}/architectures.parquet",
        all_timings=ancient(ALL_TIMINGS),
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
        combination=lambda wildcards: COMPUTED[wildcards.computed],
        command=f"snakemake measure --configfile {LAST_CONFIGURATION}",
        code=lambda wildcards: digest(
            "measurement/output.py",
            "networks",
            "spaces/base.py",
            f"spaces/{COMPUTED[wildcards.computed]['space']}.py",
        ),
    message:
        "Computing {wildcards.computed}"
    script:
        "../scripts/compute_metric.py"


rule write_catalogue:
    output:
        f"{RUN}/measured/combinations.yaml",
    log:
        f"{RUN}/logs/write_catalogue.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        combinations=[
            *({**entry, "metric": "latency"} for entry in TIMED.values()),
            *({**entry, "device": "graph"} for entry in COMPUTED.values()),
        ],
    message:
        "Defining the measured combinations for a study"
    script:
        "../scripts/write_catalogue.py"


rule summarise_measurements:
    input:
        **{
            f"timings_{number}": timing_files(timed)
            for number, timed in enumerate(TIMED)
        },
        facts=expand(f"{RUN}/measured/{{timed}}.json", timed=TIMED),
    output:
        png=report(
            f"{RUN}/figures/measurements.png",
            caption="../report/measurements.rst",
            category="Measurements",
            labels={"figure": "distribution, noise, drift"},
        ),
        pdf=f"{RUN}/figures/measurements.pdf",
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
        names=list(TIMED),
        code=digest(
            "figures/measurement.py",
            "figures/style.py",
            "measurement/collect.py",
            "measurement/drift.py",
        ),
    message:
        "Summing up the measurements"
    script:
        "../scripts/summarise_measurements.py"


rule compare_measurements:
    input:
        timings=expand(f"{RUN}/again/{{timed}}/again-0.parquet", timed=TIMED),
        measured=expand(f"{MEASURE['again_folder']}/{{timed}}.parquet", timed=TIMED),
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
        names=list(TIMED),
        code=digest("measurement/collect.py", "measurement/drift.py", "metrics.py"),
    message:
        "Comparing fresh timings with measured values"
    script:
        "../scripts/compare_measurements.py"
