"""From configuration files to plans: the study that was asked for, and those that the project names.

A study builds on ``config/config.yaml``, of the workflow and then of the folder where it was started, and names what
differs. With ``extends: open.yaml`` it builds on that study besides, which lies beside it or in ``config/studies``.
Mappings merge key by key, everything else is replaced.
"""

import os
from pathlib import Path

from hwpred.documents import StudyError, parse, read_mapping
from hwpred.errors import InputError
from hwpred.sources.network_files import NetworkFolder
from hwpred.sources.own_space import read_space
from hwpred.spaces import make_known
from hwpred.study.catalogue import read_catalogue, read_sources
from hwpred.study.checks import check_study
from hwpred.study.config import Study
from hwpred.study.plan import Plan

CHECKOUT = Path(__file__).parents[3]
_EXTENDS = "extends"
_DEFAULT = Path("config", "config.yaml")
_STUDIES = Path("config", "studies")


class Studies:
    """Plans by the name of their run.

    Parameters
    ----------
    root : str or Path
        Folder of the workflow: ``config/config.yaml`` and ``config/studies`` lie in it. Files that a configuration
        names are looked for where the workflow was started, and then here. A ``config/config.yaml`` there changes the
        default study.
    config : dict
        The study that was asked for, as far as it differs from the default one.
    config_files : sequence of str
        Files that ``config`` was read from; the last one names the run if none of them does.

    Raises
    ------
    StudyError
        One sentence about the first mistake in the study that was asked for.
    """

    def __init__(self, root, config=None, config_files=()):
        self.root = Path(os.path.relpath(root))
        self._default_file = self.root / _DEFAULT
        self._plans = {}
        defaults = [self._default_file]
        if _DEFAULT.is_file() and not _DEFAULT.samefile(self._default_file):
            defaults.append(_DEFAULT)
        name = {"run": Path(config_files[-1]).stem} if config_files else {}
        self.main = self._read({**name, **(config or {})}, config_files, defaults)
        self._plans[self.main.study.run] = self.main

    def __getitem__(self, run):
        """Return the plan of a run: of the study that was asked for, or of ``config/studies/<run>.yaml``."""
        if run not in self._plans:
            self._plans[run] = self._named(run)
        return self._plans[run]

    def _named(self, run):
        if run == read_mapping(self._default_file)["run"]:
            return self._read({}, [], [self._default_file])
        file = self.root / _STUDIES / f"{run}.yaml"
        if not file.is_file():
            known = ", ".join(self.named())
            raise StudyError(f"there is no study {run!r}; use one of {known}, or name the file of yours (--configfile)")
        plan = self._read({"run": run, **read_mapping(file)}, [file], [self._default_file])
        if plan.study.run != run:
            raise StudyError(f"{file}: run is {plan.study.run!r}; name it as the file, or leave it out")
        return plan

    @property
    def runs(self):
        """Names of the runs whose files rules make: of the study that was asked for, of the default one and the named.

        A study that measures is among them only if it was asked for: its tables are data for others, and hours of
        timing are not repeated because code was edited.
        """
        folder = self.root / "config" / "studies"
        quiet = [run for run in self.named() if "measure" not in read_mapping(folder / f"{run}.yaml")]
        return list(dict.fromkeys([self.main.study.run, read_mapping(self._default_file)["run"], *quiet]))

    def named(self):
        """Return the names of the studies in ``config/studies``, sorted."""
        return sorted(file.stem for file in (self.root / _STUDIES).glob("*.yaml"))

    def _read(self, config, config_files, defaults):
        # The files are read again here, so that a key that stands twice in one of them is noticed.
        layers = [(str(file), read_mapping(file)) for file in config_files]
        below = [(str(file), read_mapping(file)) for file in defaults]
        if _EXTENDS in config:
            said_in = _place([("configuration", config), *layers])(_EXTENDS)
            below += self._extended(config[_EXTENDS], said_in)
        content = merged(*(layer for _, layer in below), config)
        content.pop(_EXTENDS, None)
        name = _place([*below, ("configuration", config), *layers])
        study = parse(Study, {**content, **self._paths(content)}, name, also=(_EXTENDS,))
        _make_known(study.spaces)
        combinations, accuracies = read_catalogue(study.catalogues, self._found)
        check_study(study, combinations, accuracies, name)
        return Plan(study, combinations, accuracies, read_sources(study.sources))

    def _extended(self, name, said_in, above=()):
        """Return the files that a study builds on besides the default, the first of them first, with their content."""
        if not isinstance(name, str):
            raise StudyError(f"{said_in}: extends is {name!r}; name one study, such as open.yaml")
        places = (Path(said_in).parent, self.root / _STUDIES)
        file = next(
            (path for path in (place / f"{name.removesuffix('.yaml')}.yaml" for place in places) if path.is_file()),
            None,
        )
        if file is None:
            raise StudyError(
                f"{said_in}: extends names {name!r}, which is neither beside it nor one of {', '.join(self.named())}"
            )
        if file.resolve() in (Path(said_in).resolve(), *above):
            raise StudyError(f"{said_in}: extends names {name!r}, which builds on this study itself; name another one")
        content = read_mapping(file)
        below = []
        if _EXTENDS in content:
            below = self._extended(content[_EXTENDS], str(file), (*above, Path(said_in).resolve()))
        # What is built on is another run.
        return [*below, (str(file), {key: value for key, value in content.items() if key != "run"})]

    def _paths(self, content):
        found = {key: self._found(content[key]) for key in ("cache", "sources") if isinstance(content.get(key), str)}
        for key in ("catalogues", "spaces"):
            if isinstance(content.get(key), list):
                found[key] = [self._found_in(entry) for entry in content[key]]
        if isinstance(content.get("measure"), dict) and isinstance(content["measure"].get("names"), str):
            found["measure"] = {**content["measure"], "names": self._found(content["measure"]["names"])}
        return found

    def _found_in(self, entry):
        if isinstance(entry, dict) and isinstance(entry.get("networks"), str):
            return {**entry, "networks": self._found(entry["networks"])}
        return self._found(entry) if isinstance(entry, str) else entry

    def _found(self, file, _=None):
        """Return where a file that a configuration names lies: here, or in the folder of the workflow."""
        beside = self.root / str(file)
        # Not the method of a path, which raises an error of a name that is too long.
        return str(beside) if not os.path.exists(file) and os.path.exists(beside) else str(file)


def of_files(configuration_files, root=CHECKOUT):
    """Return the studies of which these files describe the main one, each read on top of the one before.

    Parameters
    ----------
    configuration_files : sequence of str or Path
        None of them is the default study.
    root : str or Path
        Folder of the workflow.

    Returns
    -------
    Studies
    """
    return Studies(root, merged(*map(read_mapping, configuration_files)), configuration_files)


def merged(*layers):
    """Merge mappings as Snakemake does: key by key, anything else is replaced by the later one."""
    content = {}
    for layer in layers:
        for key, value in layer.items():
            both = isinstance(value, dict) and isinstance(content.get(key), dict)
            content[key] = merged(content[key], value) if both else value
    return content


def _make_known(entries):
    """Read the files of declared spaces, and the names of networks, so that catalogues and sizes may name these."""
    for entry in entries:
        is_file = isinstance(entry, str)
        try:
            space = read_space(entry) if is_file else NetworkFolder(entry.space, entry.networks, entry.dimensions)
            make_known(space)
        except InputError:
            raise
        except ValueError as error:
            raise StudyError(f"{entry if is_file else entry.networks}: {error}") from error


def _place(layers):
    """Return a function: a key -> the last file that says something of it, for messages."""

    def place(key):
        return next((file for file, content in reversed(layers) if key in content), "configuration")

    return place
