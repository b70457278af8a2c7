"""What a job stands on is derived from imports, and edits of anything else change no hash."""

import ast
import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from hwpred.predictors.registry import REGISTRY, Entry
from hwpred.sources import SOURCE_KEYS, get_source
from hwpred.spaces import SPACE_KEYS, get_space
from hwpred.study import code
from hwpred.study.code import code_of, code_text, modules_of
from hwpred.study.selecting import STAGES
from hwpred.study.studies import Studies

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow" / "scripts"
MODULES = sorted(
    ".".join(("hwpred", *file.relative_to(code.PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for file in code.PACKAGE.rglob("*.py")
)
TRICKY = '''"""Text."""
import logging
logger = logging.getLogger(__name__)
SIZE = 1
"""What it is."""
def f(x, *, width=3):
    """Text."""
    logger.info("of %d", x)  # a comment
    y = f"{x!r:>{width}} and {f'{x}' + '#'}"
    return [x,
            y, rf'\\d{x}', """two
lines"""]
'''


def test_code_counts_and_words_about_it_do_not():
    before = code_text(TRICKY)
    for old, new in (
        ('"""Text."""', '"""Another text,\non two lines."""'),
        ('"""What it is."""', '"""What else."""'),
        ("  # a comment", ""),
        ('"of %d", x', '"of %d architectures", x + 0'),
        ("    y = ", "\n    # why\n    y = "),
        ("[x,\n            y,", "[x, y,"),
    ):
        assert old in TRICKY
        assert code_text(TRICKY.replace(old, new)) == before, new
    for old, new in (
        ("SIZE = 1", "SIZE = 2"),
        ("width=3", "width=4"),
        (" and {", " & {"),
        ("+ '#'", "+ '-'"),
        ("two\nlines", "two\n lines"),
        ("    return [x", "    if x:\n        return [x"),
    ):
        assert old in TRICKY
        assert code_text(TRICKY.replace(old, new)) != before, new


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('logger.info("%d", size := 1)', 'logger.info("%d", size := 2)'),
        ('logger.info("%d", next(rows))', 'logger.info("%d", 1)'),
        ('logger.info("%s", rng.normal())', 'logger.info("%s", len(rows))'),
        ("logger.setLevel(1)", "logger.setLevel(2)"),
        ("log.info(1)", "log.info(2)"),
        ('print("a")', 'print("b")'),
        ("@cache\ndef f(): ...", "def f(): ..."),
        ("def f():\n  if x:\n    import a", "def f():\n  import a"),
    ],
)
def test_what_may_change_a_number_counts(one, other):
    assert code_text(f"{one}\n") != code_text(f"{other}\n")


@pytest.mark.parametrize(
    "statement",
    [
        "import hwpred.spaces.fbnet as space",
        "from hwpred.spaces import fbnet as space",
        "from hwpred.spaces.fbnet import *",
        "def f():\n    if True:\n        import hwpred.spaces.fbnet, json",
        "try:\n    from hwpred.spaces.fbnet import SPACE\nexcept ImportError:\n    SPACE = None",
    ],
)
def test_every_kind_of_import_counts(statement, tmp_path):
    (tmp_path / "script.py").write_text(f"{statement}\n")
    assert "hwpred.spaces.fbnet" in modules_of(tmp_path / "script.py")


def test_relative_imports_are_refused(tmp_path):
    (tmp_path / "script.py").write_text("from . import x\n")
    with pytest.raises(ValueError, match=r"script.py, line 1: relative import; write the module's whole name"):
        code_of(tmp_path / "script.py")


FOR_PEOPLE = {"hwpred", "hwpred.networks.factories"}
"""The public names of the one load modules when somebody asks for them, and no script of a job does; the other imports
a person's own module, which makes networks to time."""


def test_every_import_by_name_is_a_registry():
    """Modules that import others by name are all known, and what they can lead to is what a job's names say."""
    importing = set()
    for module in set(MODULES) - FOR_PEOPLE:
        for node in ast.walk(ast.parse(code._file(module).read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
                importing.add(module)
                argument = ast.unparse(node.args[0])
                if isinstance(node.args[0], ast.Constant):
                    assert node.args[0].value in MODULES
                else:
                    assert module in code.REGISTRIES, f"{module} imports {argument} by name"
    assert not [script.name for script in SCRIPTS.glob("*.py") if "from hwpred import" in script.read_text()]
    # The scripts import nothing by name.
    assert not [script.name for script in SCRIPTS.glob("*.py") if "import_module" in script.read_text()]
    assert importing == set(code.REGISTRIES)


@pytest.mark.parametrize("key", SPACE_KEYS)
def test_the_name_of_a_space_is_that_of_its_modules(key):
    """The registries of spaces, networks and sources map keys to modules; the digest takes the key for the name."""
    assert get_space(key) is import_module(f"hwpred.spaces.{key}").SPACE
    assert f"hwpred.spaces.{key}" in modules_of(path("build_architectures"), space=key)


@pytest.mark.parametrize("key", SOURCE_KEYS)
def test_the_name_of_a_source_is_that_of_its_module(key):
    assert get_source(key).__name__ == f"hwpred.sources.{key}"


MEMBERS = {"space": "nasbench201", "source": "table", "predictor": "classical.xgb", "design": "designs"}


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_python_gives_the_same_hashes(version):
    """Each version tokenises formatted strings in its own way; those that this machine has must agree with ours."""
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "--version"], capture_output=True, check=False).returncode:
        pytest.skip(f"there is no python{version} here")
    program = f"""
import importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("code_of_jobs", {str(code.__file__)!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
for script in sorted(pathlib.Path({str(SCRIPTS)!r}).glob("*.py")):
    print(script.stem, module.code_of(script, **{MEMBERS!r}))
print(hash(module.code_text({TRICKY!r})) and module.code_text({TRICKY!r}))
"""
    printed = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True).stdout
    ours = [f"{script.stem} {code_of(script, **MEMBERS)}" for script in sorted(SCRIPTS.glob("*.py"))]
    assert printed.splitlines() == [*ours, *code_text(TRICKY).splitlines()]


def jobs():
    """Every kind of job, once: its script, and the names by which it asks the registries."""
    plan = Studies(ROOT)["open"]
    found = [(script.stem, {}) for script in sorted(SCRIPTS.glob("*.py"))]
    found += [("select_architectures", {"stage": stage.module}) for stage in STAGES.values()]
    for combination, entry in plan.combinations.items():
        for predictor in ("lin_reg", "xgb", "gp", "structured_gp"):
            found.append(("train_predictor", plan.members({"combination": combination, "predictor": predictor})))
        found.append(("build_targets", plan.members({"combination": combination})))
        found.append(("build_architectures", plan.members({"space": entry["space"]})))
    found += [("measure_chunk", {"space": space}) for space in ("nasbench201", "transnas_macro")]
    return [job for place, job in enumerate(found) if job not in found[:place]]


@pytest.mark.parametrize("module", MODULES)
def test_editing_a_module_changes_the_jobs_that_stand_on_it_and_no_other(module, monkeypatch):
    """In both directions, for every module of the library: edits of code, and edits of words."""
    file = code._file(module)
    stands_on = {i for i, (script, members) in enumerate(JOBS) if module in modules_of(path(script), **members)}
    monkeypatch.setitem(EDITED, file, code_text(file.read_text() + "\nEDITED = True\n"))
    assert changed() == (stands_on if module not in code.LEFT_OUT else set())
    monkeypatch.setitem(EDITED, file, code_text(f"# why\n{file.read_text()}\n'''words'''\n"))
    assert changed() == set()


EDITED = {}


def path(script):
    return SCRIPTS / f"{script}.py"


def changed():
    code._code_of.cache_clear()
    return {i for i, (script, members) in enumerate(JOBS) if code_of(path(script), **members) != BEFORE[i]}


@pytest.fixture(autouse=True)
def edits(monkeypatch):
    original = code._text_of
    monkeypatch.setattr(code, "_text_of", lambda file: EDITED.get(file) or original(file))


JOBS = jobs()
BEFORE = [code_of(path(script), **members) for script, members in JOBS]


@pytest.mark.parametrize(
    ("module", "script", "members", "counts"),
    [
        ("hwpred.tables", "train_predictor", {"space": "fbnet", "predictor": "classical.linear"}, True),
        (
            "hwpred.predictors.descriptions",
            "train_predictor",
            {"space": "fbnet", "predictor": "classical.linear"},
            False,
        ),
        ("hwpred.predictors.registry", "train_predictor", {"space": "fbnet", "predictor": "classical.linear"}, False),
        (
            "hwpred.predictors.classical.xgb",
            "train_predictor",
            {"space": "fbnet", "predictor": "classical.linear"},
            False,
        ),
        ("hwpred.predictors.classical.xgb", "train_predictor", {"space": "fbnet", "predictor": "classical.xgb"}, True),
        ("hwpred.spaces.fbnet", "train_predictor", {"space": "nasbench201", "predictor": "classical.xgb"}, False),
        (
            "hwpred.spaces.nasbench201.structure",
            "train_predictor",
            {"space": "nasbench201", "predictor": "classical.xgb"},
            False,
        ),
        (
            "hwpred.spaces.nasbench201.structure",
            "train_predictor",
            {"space": "nasbench201", "predictor": "structured.gp"},
            True,
        ),
        ("hwpred.networks.profiles", "measure_chunk", {"space": "nasbench201"}, False),
        ("hwpred.spaces.nasbench201.network", "measure_chunk", {"space": "nasbench201"}, True),
        ("hwpred.spaces.transnas_macro.network", "measure_chunk", {"space": "nasbench201"}, False),
        ("hwpred.selection.simulation", "select_architectures", {"stage": "simulated"}, True),
        ("hwpred.selection.limits", "select_architectures", {"stage": "simulated"}, False),
        ("hwpred.sources.help", "build_targets", {"space": "nasbench201", "source": "table"}, False),
    ],
)
def test_what_jobs_stand_on(module, script, members, counts):
    assert (module in modules_of(path(script), **members)) == counts


def test_what_a_key_of_the_registry_means_counts_and_other_entries_do_not(monkeypatch):
    plan, job = Studies(ROOT).main, {"combination": "nasbench201-cifar10-epyc_onnx-latency", "predictor": "ridge_reg"}

    def hash_of_job():
        return code_of(path("train_predictor"), **plan.members(job))

    before = hash_of_job()
    monkeypatch.setitem(REGISTRY, "mine", Entry("classical.linear", "Mine"))
    assert hash_of_job() == before
    monkeypatch.setitem(REGISTRY, "ridge_reg", Entry("classical.linear", "LinearRegression"))
    assert hash_of_job() != before


def test_what_explains_is_no_part_of_what_trains():
    modules = modules_of(path("train_predictor"), space="nasbench201", predictor="structured.gp")
    assert not [module for module in modules if "explanation" in module]


def test_an_import_that_leads_nowhere_is_named(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from hwpred.nothing import x\n")
    with pytest.raises(ValueError, match=r"hwpred has no module 'hwpred\.nothing'"):
        code_of(script)


def test_each_script_belongs_to_a_rule_that_gives_the_hash_of_its_code():
    """As text: the rules that lack a script would otherwise be noticed by the study that needs them, hours later."""
    named = []
    for rules in sorted((ROOT / "workflow" / "rules").glob("*.smk")):
        for rule in re.split(r"^ *rule\b", rules.read_text(), flags=re.MULTILINE)[1:]:
            scripts = re.findall(r"scripts/(\w+)\.py\"$", rule, re.MULTILINE)
            hashed = re.findall(r'code\("(\w+)"\)|SCRIPTS / "(\w+)\.py"', rule)
            assert scripts == [one or other for one, other in hashed], f"{rules.name}: {rule[:40]}"
            named += scripts
    assert set(named) == {script.stem for script in SCRIPTS.glob("*.py")}
