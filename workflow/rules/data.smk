# Stage 1: public files into a cache, and from there into one table a space, a combination, an accuracy.


rule retrieve_source:
    output:
        receipt=f"{RUN}/data/receipts/{{source}}/{{file}}.json",
    log:
        f"{RUN}/logs/retrieve_source/{{source}}/{{file}}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=30,
    params:
        sources=lambda wildcards: source_entry(wildcards.source, wildcards.file),
        cache=config["cache"],
    message:
        "Retrieving {wildcards.file} of {wildcards.source}"
    script:
        "../scripts/retrieve_source.py"


rule build_architectures:
    input:
        receipts=lambda wildcards: sample_receipts(wildcards.space),
    output:
        architectures=f"{RUN}/data/{{space}}/architectures.parquet",
    log:
        f"{RUN}/logs/build_architectures/{{space}}.log",
    benchmark:
        f"{RUN}/benchmarks/build_architectures/{{space}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        code=lambda wildcards: space_digest(wildcards.space),
    message:
        "Listing the architectures of {wildcards.space}"
    script:
        "../scripts/build_architectures.py"


rule build_targets:
    input:
        architectures=lambda wildcards: f"{RUN}/data/{MEASURED[wildcards.combination]['space']}/architectures.parquet",
        receipts=lambda wildcards: receipts(
            MEASURED[wildcards.combination]["source"],
            target_request(wildcards.combination),
        ),
    output:
        targets=f"{RUN}/data/targets/{{combination}}.parquet",
    log:
        f"{RUN}/logs/build_targets/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/build_targets/{{combination}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        request=lambda wildcards: target_request(wildcards.combination),
        code=lambda wildcards: source_digest(MEASURED[wildcards.combination]["source"]),
    message:
        "Reading the measurements of {wildcards.combination}"
    script:
        "../scripts/build_targets.py"


rule build_accuracy:
    input:
        architectures=lambda wildcards: f"{RUN}/data/{ACCURACIES[wildcards.accuracy]['space']}/architectures.parquet",
        receipts=lambda wildcards: receipts(
            ACCURACIES[wildcards.accuracy]["source"],
            accuracy_request(wildcards.accuracy),
        ),
    output:
        accuracy=f"{RUN}/data/accuracy/{{accuracy}}.parquet",
    log:
        f"{RUN}/logs/build_accuracy/{{accuracy}}.log",
    benchmark:
        f"{RUN}/benchmarks/build_accuracy/{{accuracy}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        request=lambda wildcards: accuracy_request(wildcards.accuracy),
        code=lambda wildcards: source_digest(ACCURACIES[wildcards.accuracy]["source"]),
    message:
        "Reading the accuracies of {wildcards.accuracy}"
    script:
        "../scripts/build_accuracy.py"


rule data:
    input:
        expand(f"{RUN}/data/targets/{{combination}}.parquet", combination=COMBINATIONS),
        expand(f"{RUN}/data/accuracy/{{accuracy}}.parquet", accuracy=ACCURACIES_USED),
