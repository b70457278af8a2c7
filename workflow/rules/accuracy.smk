# Stage 0, on demand: train every distinct network of NAS-Bench-201 on digits. Waits until all timing is done.

ACCURACY_CHUNK = 100  # networks of one job, about a minute
TRAININGS = [
    f"{RUN}/trainings/nasbench201-digits/{chunk}.parquet"
    for chunk in class_chunk_names(ACCURACY_CHUNK)
]


wildcard_constraints:
    class_chunk=r"(first|repeat)-\d+",


rule train_accuracies:
    input:
        architectures=f"{RUN}/data/nasbench201/architectures.parquet",
        all_timings=ancient(ALL_TIMINGS),
    output:
        trainings=f"{RUN}/trainings/nasbench201-digits/{{class_chunk}}.parquet",
    log:
        f"{RUN}/logs/train_accuracies/{{class_chunk}}.log",
    benchmark:
        f"{RUN}/benchmarks/train_accuracies/{{class_chunk}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        chunk=lambda wildcards: wildcards.class_chunk,
        chunk_size=ACCURACY_CHUNK,
        code=digest(
            "measurement/class_plan.py",
            "measurement/digits.py",
            "networks/layers.py",
            "networks/nasbench201.py",
            "seeding.py",
            "spaces/base.py",
            "spaces/nasbench201.py",
        ),
    message:
        "Training networks of NAS-Bench-201 on digits, chunk {wildcards.class_chunk}"
    script:
        "../scripts/train_accuracies.py"


rule collect_accuracies:
    input:
        architectures=f"{RUN}/data/nasbench201/architectures.parquet",
        trainings=TRAININGS,
    output:
        measured=f"{RUN}/measured/nasbench201-digits-accuracy.parquet",
        facts=f"{RUN}/measured/nasbench201-digits-accuracy.json",
    log:
        f"{RUN}/logs/collect_accuracies.log",
    benchmark:
        f"{RUN}/benchmarks/collect_accuracies.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        command=f"snakemake measure --configfile {LAST_CONFIGURATION}",
        code=digest(
            "measurement/class_plan.py",
            "measurement/digits.py",
            "measurement/output.py",
            "metrics.py",
            "spaces/nasbench201.py",
        ),
    message:
        "Collecting the accuracies on digits"
    script:
        "../scripts/collect_accuracies.py"


rule measure:
    input:
        (rules.collect_accuracies.output if MEASURE["train_accuracies"] else []),
        expand(f"{RUN}/measured/{{name}}.parquet", name=[*TIMED, *COMPUTED]),
        rules.write_catalogue.output,
        rules.summarise_measurements.output,


rule measure_again:
    input:
        rules.compare_measurements.output,
