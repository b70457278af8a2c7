# Stage 5: the tables, figures and pages of docs/, from several runs in one DAG. hwpred.findings.registry lists them all.
#
# What tells seconds depends on the machine: it is a target of its own, and pages take what is committed.

from hwpred.findings.registry import (
    FINDINGS,
    PAGES,
    contents_of,
    facts_of,
    figures_of,
    files_of,
    inputs_of,
    settings_of,
    tables_of,
    template_of,
)

REPEATABLE = [key for key, finding in FINDINGS.items() if not finding.seconds]
TIMED = {file for key in FINDINGS if key not in REPEATABLE for file in files_of(key)}


localrules:
    findings,
    findings_timing,
    leaderboard,


rule try_own_device:
    input:
        architectures=lambda wildcards: plan(wildcards).architectures_of(wildcards.combination),
        targets=files.TARGETS,
        accuracy=lambda wildcards: plan(wildcards).accuracy(wildcards.combination),
    output:
        draws=files.DRAWS,
        choices=files.CHOICES,
    log:
        f"{RUN}/logs/try_own_device/{{combination}}/{{size}}/{{block}}.log",
    benchmark:
        f"{RUN}/benchmarks/try_own_device/{{combination}}/{{size}}/{{block}}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 3000 * attempt,
        runtime=lambda wildcards, attempt: 20 * attempt,
    params:
        settings=lambda wildcards: plan(wildcards).trying(wildcards.combination, int(wildcards.size), wildcards.block),
        code=lambda wildcards: code_of(
            SCRIPTS / "try_own_device.py",
            predictor=["structured_gp", "devices"],
            **plan(wildcards).members(dict(wildcards)),
        ),
    message:
        "Trying {wildcards.combination} as a new device: {wildcards.size} measurements, draws {wildcards.block}"
    script:
        "../scripts/try_own_device.py"


for KEY, FINDING in FINDINGS.items():

    rule:
        name:
            f"find_{KEY}"
        input:
            unpack(lambda wildcards, key=KEY: inputs_of(key, STUDIES)),
        output:
            files_of(KEY),
        log:
            f"results/logs/findings/{KEY}.log",
        benchmark:
            f"results/benchmarks/findings/{KEY}.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=lambda wildcards, attempt, memory=FINDING.memory: memory * attempt,
            runtime=lambda wildcards, attempt, minutes=FINDING.minutes: minutes * attempt,
        params:
            key=KEY,
            settings=lambda wildcards, key=KEY: settings_of(key, STUDIES),
            facts=lambda wildcards, key=KEY: facts_of(key, STUDIES),
            code=lambda wildcards, finding=FINDING: code_of(
                SCRIPTS / "make_finding.py",
                entry=f"{finding.function} {finding.outputs}",
                finding=finding.function.split(":")[0],
            ),
        message:
            f"Making the tables and figures of {KEY}"
        script:
            "../scripts/make_finding.py"


for PAGE in PAGES:

    rule:
        name:
            f"render_{PAGE}"
        input:
            template=template_of(PAGE),
            tables=[file for file in tables_of(PAGE) if file not in TIMED],
            figures=lambda wildcards, page=PAGE: [file for file in figures_of(page) if file not in TIMED],
        output:
            f"docs/{PAGE}.md",
        log:
            f"results/logs/pages/{PAGE}.log",
        benchmark:
            f"results/benchmarks/pages/{PAGE}.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=lambda wildcards, attempt: 1000 * attempt,
            runtime=lambda wildcards, attempt: 10 * attempt,
        params:
            page=PAGE,
            timed=lambda wildcards, page=PAGE: contents_of(TIMED.intersection(tables_of(page))),
            code=lambda wildcards, page=PAGE: code_of(SCRIPTS / "render_page.py", entry=str(PAGES[page]), page=page),
        message:
            f"Rendering docs/{PAGE}.md"
        script:
            "../scripts/render_page.py"


rule findings:
    input:
        [file for key in REPEATABLE for file in files_of(key)],
        [f"docs/{page}.md" for page in PAGES],
    message:
        "Findings: docs/results, docs/figures and the pages of docs"


rule findings_timing:
    input:
        [file for key in FINDINGS if key not in REPEATABLE for file in files_of(key)],
    message:
        "Findings that tell seconds: docs/results and docs/figures"


# The tables of others are taken as they are committed, so that nothing of them is fitted again.
COMMITTED = {
    name: [os.path.relpath(ROOT / file) for file in paths] for name, paths in FINDINGS["leaderboard"].inputs({}).items()
}


rule rank_on_leaderboard:
    input:
        evaluations=lambda wildcards: plan(wildcards).evaluations(),
    output:
        page=f"{RUN}/leaderboard.html",
        board=f"{RUN}/tables/leaderboard.csv",
    log:
        f"{RUN}/logs/rank_on_leaderboard.log",
    benchmark:
        f"{RUN}/benchmarks/rank_on_leaderboard.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 10 * attempt,
    params:
        committed=COMMITTED,
        contents=lambda wildcards: contents_of(sum(COMMITTED.values(), [])),
        statements=lambda wildcards: {
            name: entry.get("dead_operations") for name, entry in plan(wildcards).combinations.items()
        },
        asked=asked,
        code=code("rank_on_leaderboard"),
    message:
        "Ranking the predictors of the run beside all others"
    script:
        "../scripts/rank_on_leaderboard.py"


rule leaderboard:
    input:
        f"results/{MAIN.study.run}/leaderboard.html",
    message:
        f"Leaderboard: results/{MAIN.study.run}/leaderboard.html"
