"""Do harm to a study on a Slurm of this one machine, once a fault, and compare its tables with those of a quiet run.

Usage, as root: faults.py [--only PART_OF_A_NAME] [--table FILE]

Prints one line a fault, and writes a table with the columns of ``benchmarks/faults.csv``: tried (0 if it found nothing
to harm, three times), survived (all tables there and equal), silent (success was reported, but tables differ or are
missing), seconds of the study. Each job lasts some seconds longer than it would (``lasting``), so that a fault finds
one. Exits with 1 unless all were survived.
"""

import argparse
import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from compare_runs import differences, tables

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SMOKE = ROOT / "tests" / "smoke"
ACCOUNTING = "with accounting"
LIMIT = 1200
"""Seconds that a study may take."""
WAIT = 120
"""Seconds that a daemon may take to start or to see what was done."""
TIMES = 3
"""How often a fault is tried that finds nothing to harm."""
AWAY = 30
"""Seconds without a controller, at least."""
TEST = "Slurm"
COLUMNS = ["test", "subject", "tried", "survived", "silent", "bare", "seconds", "memory_mb"]
SCRIPT = b".train_predictor.py"
NOT_ANSWERED = "MinJobAge=None"
"""What the executor says in a round in which the controller does not answer."""
LOG = Path(os.environ.get("ONE_HOST_SLURM", "."), "study.log")


class NotHit(Exception):
    """The fault found nothing to do harm to, so that the test says nothing."""


def called(*command):
    """Return what a command prints, whether or not it succeeds."""
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout


def snakemake(profile, run, *options):
    """Return the command that fits the predictors of the small study."""
    return [
        *(
            sys.executable,
            "-m",
            "snakemake",
            "--directory",
            str(SMOKE),
            "--workflow-profile",
            f"workflow/profiles/{profile}",
        ),
        *("--configfile", str(HERE / "faults.yaml"), *options, "--config", f"run={run}", "--", "train_all"),
    ]


def awaited(find, study=None):
    """Return the first answer of a function that is not empty, while a study runs; without a study, within ``WAIT``."""
    end = time.monotonic() + (LIMIT if study else WAIT)
    going = True
    while going:
        going = time.monotonic() < end and not (study and study.poll() is not None)
        if found := find():
            return found
        time.sleep(0.05)
    raise NotHit("the study has ended" if study else f"not within {WAIT} s")


def running_job():
    """Return the id and the node of a Slurm job that fits predictors."""
    jobs = called("squeue", "--noheader", "--states=RUNNING", "--format=%i %N %k").splitlines()
    return next((job.split()[:2] for job in jobs if "train_predictor" in job), None)


def processes(part, file="cmdline"):
    """Return the ids of the processes in whose command line, or environment, a text stands."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if part in (folder / file).read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def scripts():
    """Return the ids of the processes on Slurm that fit predictors; others may run on this machine, too."""
    return set(processes(SCRIPT)) & set(processes(b"SLURMD_NODENAME=", "environ"))


def send(number, pids):
    """Send a signal to processes, of which some may have ended, and return whether any was there."""
    there = 0
    for pid in pids:
        try:
            os.kill(pid, number)
            there += 1
        except ProcessLookupError:
            continue
    return there > 0


def daemon(name):
    """Return the process id of a daemon of Slurm."""
    return int(Path(os.environ["ONE_HOST_SLURM"], f"{name}.pid").read_text())


def noticed():
    """Return whether Snakemake has seen a job fail."""
    log = LOG.read_text()
    return "Error in group" in log or "Error in rule" in log


def scancel(study):
    called("scancel", awaited(running_job, study)[0])
    awaited(noticed, study)


def kill(study):
    awaited(lambda: send(signal.SIGKILL, scripts()), study)
    awaited(noticed, study)


def over_time(study):
    """Hold the job's python until Slurm ends it."""
    awaited(lambda: send(signal.SIGSTOP, scripts()), study)
    awaited(noticed, study)


def over_memory(study):
    """Wait for Slurm to end the jobs, which start with less memory than Snakemake takes by itself."""
    awaited(noticed, study)


def node_down(study):
    job, node = awaited(running_job, study)
    pid = daemon(f"slurmd-{node}")
    send(signal.SIGKILL, [pid, *processes(b"SLURMD_NODENAME=" + node.encode(), "environ")])
    send(signal.SIGKILL, processes(f"slurmstepd: [{job}.".encode()))
    called("scontrol", "update", f"nodename={node}", "state=down", "reason=fault")
    state = called("squeue", "--noheader", f"--jobs={job}", "--states=all", "--format=%T").strip()
    if state in ("RUNNING", "COMPLETED", "COMPLETING"):
        raise NotHit(f"job {job} is {state}, though its node {node} is down")


def controller_restarted(study):
    awaited(running_job, study)
    controller_away(study)


def node_down_then_controller_restarted(study):
    node_down(study)
    controller_away(study)


def controller_away(study):
    """Take the controller away until Snakemake has asked in vain, and for ``AWAY`` seconds at least."""
    send(signal.SIGTERM, [daemon("slurmctld")])
    time.sleep(AWAY)
    awaited(lambda: NOT_ANSWERED in LOG.read_text(), study)
    subprocess.run(["slurmctld"], check=True)


BY_FOUR = ["--group-components", "fits=4"]
ONE_BY_ONE = ["--group-components", "fits=1"]
FIRST = "if attempt == 1 else"
FAULTS = {
    "scancel": (scancel, BY_FOUR),
    "kill -9 of the job's python": (kill, BY_FOUR),
    "over memory": (over_memory, ["--set-resources", f"train_predictor:mem_mb=100 {FIRST} 2000", *BY_FOUR]),
    "over time": (over_time, ["--set-resources", f"train_predictor:runtime=1 {FIRST} 10", *ONE_BY_ONE]),
    "node down": (node_down, BY_FOUR),
    "controller restarted": (controller_restarted, BY_FOUR),
    f"controller restarted, {ACCOUNTING}": (controller_restarted, BY_FOUR),
    f"node down, then controller restarted, {ACCOUNTING}": (node_down_then_controller_restarted, BY_FOUR),
}


def survive(name):
    """Return (survived, silent, seconds, sentence) of one fault; ``survived`` is None where nothing was hit."""
    harm, options = FAULTS[name]
    results = SMOKE / "results"
    called("rm", "-rf", str(results / "faults"))
    quick = ["--slurm-init-seconds-before-status-checks=3"]
    path = os.pathsep.join([str(HERE / "lasting"), *filter(None, [os.environ.get("PYTHONPATH")])])
    start = time.monotonic()
    with LOG.open("w") as log:
        command = snakemake("slurm", "faults", *quick, *options)
        environment = {**os.environ, "PYTHONPATH": path}
        study = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True, env=environment)
    try:
        harm(study)
        code = study.wait(timeout=LIMIT)
    except NotHit as error:
        return None, False, time.monotonic() - start, str(error)
    except subprocess.TimeoutExpired:
        return False, False, time.monotonic() - start, f"not finished after {LIMIT} s"
    finally:
        restore(study)
    seconds = time.monotonic() - start
    wrong = differences(tables(results / "faults-quiet"), tables(results / "faults"))
    if wrong or code:
        return False, bool(wrong and not code), seconds, f"exit code {code}; {len(wrong)} tables differ or are missing"
    return True, False, seconds, f"equal, {seconds:.0f} s"


def restore(study):
    """End what is left of a study, and start what its fault has ended."""
    if study.poll() is None:
        os.killpg(study.pid, signal.SIGKILL)
        study.wait()
    if "UP" not in called("scontrol", "ping"):
        subprocess.run(["slurmctld"], check=True)
    called("scancel", "--user=root")
    for node in ("n1", "n2"):
        if not Path("/proc", str(daemon(f"slurmd-{node}")), "exe").exists():
            subprocess.run(["slurmd", "-N", node], check=True)
    awaited(lambda: "UP" in called("scontrol", "ping"))
    called("scontrol", "update", "nodename=n[1-2]", "state=resume")
    awaited(lambda: called("sinfo", "--noheader", "--Node", "--format=%t").split() == ["idle", "idle"])
    called(*snakemake("default", "faults", "--unlock"))


def beside_slurm(names, table):
    """Try faults beside the Slurm that runs here, and append a row of each to a table."""
    for name in names:
        for _ in range(TIMES):
            survived, silent, seconds, sentence = survive(name)
            if survived is not None:
                break
            print(f"{name}: nothing was hit ({sentence})", flush=True)
        if not survived:
            print(*LOG.read_text().splitlines()[-40:], sep="\n")
        outcome = "not tried" if survived is None else "survived" if survived else "NOT survived"
        print(f"{name}: {outcome} ({sentence})", flush=True)
        with table.open("a", newline="", encoding="utf-8") as file:
            row = [int(survived is not None), int(bool(survived)), int(silent), 0, round(seconds), ""]
            csv.writer(file, lineterminator="\n").writerow([TEST, name, *row])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="part of the names of the faults to try")
    parser.add_argument("--table", type=Path, default=SMOKE / "results" / "slurm_faults.csv")
    parser.add_argument("--beside-slurm", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended all the same
    if arguments.beside_slurm:
        return beside_slurm(arguments.beside_slurm, arguments.table)
    quiet = snakemake("default", "faults-quiet", "--cores", "2", "--quiet")
    subprocess.run(quiet, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with arguments.table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerow(COLUMNS)
    for options in ([], ["--accounting"]):
        names = [name for name in FAULTS if arguments.only in name and (ACCOUNTING in name) == bool(options)]
        if names:
            inside = [sys.executable, __file__, "--table", str(arguments.table), "--beside-slurm", *names]
            subprocess.run([HERE / "one-host-slurm", *options, *inside], check=True)
    with arguments.table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return not rows or any(row["survived"] != "1" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
