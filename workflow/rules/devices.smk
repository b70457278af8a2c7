# One device of each combination, fitted on all of its rows: predictions, what to measure next, and a page.
# Not part of the default targets: snakemake answer.


rule answer_device:
    input:
        architectures=lambda wildcards: plan(wildcards).architectures_of(wildcards.combination),
        targets=files.TARGETS,
        accuracy=lambda wildcards: plan(wildcards).known_accuracy(wildcards.combination),
    output:
        device=files.DEVICE,
        page=files.DEVICE_PAGE,
        predictions=files.DEVICE_PREDICTIONS,
        to_measure=files.TO_MEASURE,
    log:
        f"{RUN}/logs/answer_device/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/answer_device/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 3000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
        gpu=lambda wildcards: plan(wildcards).gpus(
            plan(wildcards).device(plan(wildcards).answering(wildcards.combination)["predictor"])
        ),
    params:
        settings=lambda wildcards: plan(wildcards).answering(wildcards.combination),
        device=lambda wildcards: plan(wildcards).device(plan(wildcards).answering(wildcards.combination)["predictor"]),
        code=lambda wildcards: code_of(
            SCRIPTS / "answer_device.py",
            **plan(wildcards).members(
                {
                    **wildcards,
                    "predictor": plan(wildcards).answering(wildcards.combination)["predictor"],
                }
            ),
        ),
    message:
        "Writing what the measurements of {wildcards.combination} say about all other architectures"
    script:
        "../scripts/answer_device.py"


rule answer:
    input:
        MAIN.device_pages(),
    message:
        f"Devices and their pages: results/{MAIN.study.run}/devices"
