# Stage 0, on demand: train every distinct network of NAS-Bench-201 on digits. Waits until all timing is done.

from hwpred.study.measuring import CLASS_CHUNK


wildcard_constraints:
    class_chunk=r"(first|repeat)-\d+",


rule train_accuracies:
    input:
        architectures=files.ARCHITECTURES.replace("{space}", "nasbench201"),
        all_timings=lambda wildcards: ancient(plan(wildcards).timings()),
    output:
        trainings=files.TRAININGS,
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
        chunk_size=CLASS_CHUNK,
        code=code("train_accuracies"),
    message:
        "Training networks of NAS-Bench-201 on digits, chunk {wildcards.class_chunk}"
    script:
        "../scripts/train_accuracies.py"


rule collect_accuracies:
    input:
        architectures=files.ARCHITECTURES.replace("{space}", "nasbench201"),
        trainings=lambda wildcards: plan(wildcards).trainings(),
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
        command=COMMAND,
        licence=lambda wildcards: plan(wildcards).measure.licence,
        code=code("collect_accuracies"),
    message:
        "Collecting the accuracies on digits"
    script:
        "../scripts/collect_accuracies.py"


rule measure:
    input:
        lambda wildcards: MAIN.all_measured(),
        MAIN.file(files.MEASURED_CATALOGUE),
        f"{RUN}/measurements.html".format(run=MAIN.study.run),
    message:
        f"What was measured: results/{MAIN.study.run}/measurements.html"


rule measure_again:
    input:
        MAIN.table("measured_again.csv"),
    message:
        f"The machine beside what was measured before: results/{MAIN.study.run}/tables/measured_again.csv"
