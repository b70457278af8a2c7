# Stage 1: public files into a cache, and from there into one table a space, a combination, an accuracy.


rule retrieve_source:
    output:
        receipt=files.RECEIPT,
    log:
        f"{RUN}/logs/retrieve_source/{{source}}/{{file}}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=30,
    params:
        sources=lambda wildcards: plan(wildcards).source_entry(wildcards.source, wildcards.file),
        cache=lambda wildcards: plan(wildcards).study.cache,
        code=code("retrieve_source"),
    message:
        "Retrieving {wildcards.file} of {wildcards.source}"
    script:
        "../scripts/retrieve_source.py"


rule build_architectures:
    input:
        receipts=lambda wildcards: plan(wildcards).receipts(plan(wildcards).sample_request(wildcards.space)),
        declared=lambda wildcards: plan(wildcards).declared_in(wildcards.space),
    output:
        architectures=files.ARCHITECTURES,
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
        declaration=lambda wildcards: plan(wildcards).declaration(wildcards.space),
        code=code("build_architectures"),
    message:
        "Listing the architectures of {wildcards.space}"
    script:
        "../scripts/build_architectures.py"


rule build_targets:
    input:
        architectures=lambda wildcards: plan(wildcards).architectures_of(wildcards.combination),
        receipts=lambda wildcards: plan(wildcards).receipts(plan(wildcards).request(wildcards.combination)),
    output:
        targets=files.TARGETS,
    log:
        f"{RUN}/logs/build_targets/{{combination}}.log",
    benchmark:
        f"{RUN}/benchmarks/build_targets/{{combination}}.tsv"
    group:
        "targets" if GROUPED else None
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1500 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        request=lambda wildcards: plan(wildcards).request(wildcards.combination),
        contents=lambda wildcards: plan(wildcards).contents(plan(wildcards).request(wildcards.combination)),
        code=code("build_targets"),
    message:
        "Reading the measurements of {wildcards.combination}"
    script:
        "../scripts/build_targets.py"


rule build_accuracy:
    input:
        architectures=lambda wildcards: plan(wildcards).architectures(
            plan(wildcards).accuracies[wildcards.accuracy]["space"]
        ),
        receipts=lambda wildcards: plan(wildcards).receipts(plan(wildcards).accuracy_request(wildcards.accuracy)),
    output:
        accuracy=files.ACCURACY,
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
        request=lambda wildcards: plan(wildcards).accuracy_request(wildcards.accuracy),
        contents=lambda wildcards: plan(wildcards).contents(plan(wildcards).accuracy_request(wildcards.accuracy)),
        code=code("build_accuracy"),
    message:
        "Reading the accuracies of {wildcards.accuracy}"
    script:
        "../scripts/build_accuracy.py"


rule data:
    input:
        [MAIN.targets(combination) for combination in MAIN.combinations],
        sorted({MAIN.accuracy(combination) for combination in MAIN.with_accuracy}),
    message:
        f"Data: results/{MAIN.study.run}/data"
