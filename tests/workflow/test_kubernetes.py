"""The Kubernetes profile, from the plan to the pods, on a server that answers as Kubernetes does and runs them here."""

import json
import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from conftest import Project

from hwpred.tables import read_table

pytest.importorskip(
    "snakemake_executor_plugin_kubernetes", reason="needs pip install snakemake-executor-plugin-kubernetes"
)

PROFILE = "workflow/profiles/kubernetes"
TARGETS = "results/smoke/data/targets/nasbench201-synthetic-laptop-latency.parquet"


class Cluster(ThreadingHTTPServer):
    """Jobs that were created, each with the exit status of its pod; what a pod prints is its log."""

    def __init__(self, runs):
        super().__init__(("127.0.0.1", 0), Answers)
        self.runs, self.jobs, self.ended, self.logs, self.deleted = runs, {}, {}, {}, []

    def create(self, job):
        name = job["metadata"]["name"]
        self.jobs[name] = job
        threading.Thread(target=self._run, args=(name, self.pod(name))).start()

    def pod(self, name):
        return self.jobs[name]["spec"]["template"]["spec"]

    def _run(self, name, pod):
        container = pod["containers"][0]
        command = [*container["command"], *container["args"]] if self.runs else ["sh", "-c", "echo no memory; exit 137"]
        done = subprocess.run(command, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.logs[name], self.ended[name] = done.stdout, done.returncode


class Answers(BaseHTTPRequestHandler):
    """The part of Kubernetes' API that the executor asks for."""

    def do_POST(self):
        created = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if urlsplit(self.path).path.endswith("/jobs"):
            self.server.create(created)
        self._send(created, 201)

    def do_GET(self):
        url = urlsplit(self.path)
        asked, ended = parse_qs(url.query), self.server.ended
        if found := re.search(r"/jobs/([^/]+)/status$", url.path):
            code = ended.get(found[1])
            self._send({"status": {} if code is None else {"failed" if code else "succeeded": 1}})
        elif found := re.search(r"/pods/([^/]+)/log$", url.path):
            # As of a container that was never restarted.
            if "previous" in asked:
                self._send({"reason": "BadRequest", "message": "previous terminated container not found"}, 400)
            else:
                self._send(self.server.logs[found[1]])
        else:
            name = asked["labelSelector"][0].removeprefix("job-name=")
            code = ended.get(name)
            state = {"running": {}} if code is None else {"terminated": {"exitCode": code}}
            status = {
                "name": "snakemake",
                "image": "i",
                "imageID": "i",
                "ready": True,
                "restartCount": 0,
                "state": state,
            }
            self._send({"items": [{"metadata": {"name": name}, "status": {"containerStatuses": [status]}}]})

    def do_DELETE(self):
        self.server.deleted.append(self.path.split("/")[-1].split("?")[0])
        self._send({})

    def _send(self, answer, status=200):
        content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def with_data(tmp_path_factory):
    """A project with its data, and nothing fitted yet."""
    project = Project(tmp_path_factory.mktemp("kubernetes"))
    project.run("--workflow-profile", "workflow/profiles/default", "--", "data")
    return project


@pytest.fixture
def project(with_data, tmp_path):
    return with_data.copy(tmp_path)


@pytest.fixture
def cluster(request, tmp_path):
    """A cluster, which runs its pods unless the test says otherwise, and the file by which one logs in."""
    with Cluster(getattr(request, "param", True)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        login = {
            "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}],
            "users": [{"name": "u", "user": {"token": "t"}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
        server.login = tmp_path / "kubeconfig"
        server.login.write_text(yaml.safe_dump(login))
        yield server
        server.shutdown()
        thread.join()


def run(project, cluster, *arguments):
    command = project.command("--workflow-profile", PROFILE, "--seconds-between-status-checks", "1", *arguments)
    places = [str(project.folder / "workflow" / "plugins"), command["env"]["PYTHONPATH"], os.environ["PYTHONPATH"]]
    command["env"] |= {"PYTHONPATH": os.pathsep.join(places), "KUBECONFIG": str(cluster.login), "NO_PROXY": "*"}
    return subprocess.run(**command, capture_output=True, text=True)


def limits(cluster):
    """Return what each pod gets at most."""
    return [cluster.pod(name)["containers"][0]["resources"]["limits"] for name in cluster.jobs]


def test_jobs_run_in_pods_and_leave_the_same_tables(project, cluster):
    target = project.study / TARGETS
    before = read_table(target, "targets")
    target.unlink()
    done = run(project, cluster, "--", TARGETS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert read_table(target, "targets").equals(before)
    (name,) = cluster.jobs
    pod = cluster.pod(name)
    (container,) = pod["containers"]
    assert container["image"] == "python:3.11"
    assert {"name": "hwpred", "mountPath": "/hwpred"} in container["volumeMounts"]
    assert {"name": "hwpred", "persistentVolumeClaim": {"claimName": "hwpred"}} in pod["volumes"]
    (given,) = limits(cluster)
    assert (given["cpu"], given["memory"]) == ("1000m", "1500M")
    assert "tolerations" not in pod
    assert name in cluster.deleted


@pytest.mark.parametrize("cluster", [False], indirect=True)
def test_a_pod_that_fails_is_tried_again_with_more_memory_and_its_log_is_kept(project, cluster):
    (project.study / TARGETS).unlink()
    done = run(project, cluster, "--retries", "1", "--", TARGETS)
    assert done.returncode == 1
    assert [given["memory"] for given in limits(cluster)] == ["1500M", "3000M"]
    logs = list((project.study / ".snakemake").rglob("kubernetes-logs/*.log"))
    assert [log.read_text().strip() for log in logs] == ["no memory"] * 2
    assert set(cluster.jobs) <= set(cluster.deleted)


@pytest.mark.parametrize("cluster", [False], indirect=True)
def test_only_jobs_for_a_gpu_ask_for_one(project, cluster):
    project.configure(device="cuda", predictors=["lin_reg", "mlp"])
    run(project, cluster, "--retries", "0", "--", "train_all")
    gpus = {}
    for name in cluster.jobs:
        pod = cluster.pod(name)
        predictor = re.search(r"predictor=(\w+)", pod["containers"][0]["args"][1])[1]
        gpus[predictor] = (pod["containers"][0]["resources"]["limits"].get("nvidia.com/gpu"), "tolerations" in pod)
    assert gpus == {"lin_reg": (None, False), "mlp": ("1", True)}


def test_a_study_can_be_planned(project, cluster):
    planned = run(project, cluster, "--dry-run", "--quiet", "rules", "--", "all")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert not cluster.jobs
