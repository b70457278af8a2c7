"""Count what a job of a moment costs on this machine, on Slurm by itself, and on Slurm in a group of ten.

Usage, as root: tests/slurm/one-host-slurm --accounting tests/slurm/overhead.py [--table FILE]

The CPU seconds are those of Snakemake where it is started, plan included, and those that Slurm accounts for on the
nodes; its daemons are not among them. The seconds are those of the whole run. Tables of targets are there before.
"""

import argparse
import csv
import resource
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMOKE = ROOT / "tests" / "smoke"
RUN = SMOKE / "results" / "overhead"
SOON = "--slurm-init-seconds-before-status-checks=3"
WAYS = {
    "a small job on this machine": ["default", "--cores", "2"],
    "a small job on Slurm, sent by itself": ["slurm", SOON, "--group-components", "fits=1"],
    "a small job on Slurm, in a group of ten": ["slurm", SOON],
}


def run(target, profile, *options, log):
    """Run a target of the study."""
    command = [sys.executable, "-m", "snakemake", "--directory", str(SMOKE)]
    command += ["--workflow-profile", f"workflow/profiles/{profile}", *options]
    command += ["--configfile", "tests/slurm/overhead.yaml", "--", target]
    subprocess.run(command, cwd=ROOT, check=True, stdout=log, stderr=log)


def of_children():
    """Return the CPU seconds of the commands that have ended here."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def on_nodes(start):
    """Return the CPU seconds of all steps of jobs that were sent since a point in time."""
    command = ["sacct", "--noheader", "--parsable2", "--format=JobID,TotalCPU", f"--starttime={start:%FT%T}"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    steps = [time_used for job, time_used in (line.split("|") for line in lines) if "." in job]
    return sum(60**power * float(part) for used in steps for power, part in enumerate(reversed(used.split(":"))))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", type=Path, default=ROOT / "benchmarks" / "overhead_slurm.csv")
    table = parser.parse_args().table
    rows = []
    for work, (profile, *options) in WAYS.items():
        shutil.rmtree(RUN, ignore_errors=True)
        RUN.mkdir(parents=True)
        with (RUN / "overhead.log").open("w") as log:
            run("data", "default", "--cores", "2", log=log)
            time.sleep(2)  # Slurm accounts in whole seconds
            before, started, start = of_children(), datetime.now(), time.monotonic()
            run("train_all", profile, *options, log=log)
        seconds, cpu_seconds = time.monotonic() - start, of_children() - before
        time.sleep(5)  # what the nodes report arrives after the end of a job
        cpu_seconds += on_nodes(started)
        jobs = len(list((RUN / "fits").rglob("*.parquet")))
        rows.append([work, jobs, round(cpu_seconds / jobs, 2), round(seconds / jobs, 2)])
        print(*rows[-1], flush=True)
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([["work", "how_many", "cpu_seconds", "seconds"], *rows])


if __name__ == "__main__":
    main()
