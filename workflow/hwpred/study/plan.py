"""The plan of one run: its combinations, files, blocks of seeds, chunks, and what each job is told."""

from difflib import get_close_matches
from functools import cached_property

from hwpred.advice.models import predictor_for
from hwpred.documents import StudyError, read_mapping
from hwpred.drawing.registry import EXPLANATION, SELECTION, figures_of, tables_of
from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.predictors.registry import REGISTRY, torch_device
from hwpred.run_tables import STAGE_TABLES
from hwpred.sources import LOCAL_SOURCES, get_source
from hwpred.sources.checksums import file_digest
from hwpred.sources.own_space import files_of
from hwpred.sources.requests import combination_id
from hwpred.sources.sizes import check_own_file, check_test_size
from hwpred.spaces import get_space
from hwpred.study import files
from hwpred.study.measuring import Measuring
from hwpred.study.resources import has_gpu, pays_on_gpu
from hwpred.study.run_files import RunFiles
from hwpred.study.training_jobs import TrainingJob, minutes_of_fits, seeds_of
from hwpred.tables import OVER_SEEDS

EXPLAINED_SIZE = 614
"""A larger training set explains hardly more, and much later."""
SIZED = {table.path.split("/")[0]: kind for kind, table in STAGE_TABLES.items() if "train_size" in table.columns}
"""Folder of a run whose tables have rows by training size -> their kind."""
_CHECKED = ("table", "timm_csv")
"""Sources of a person's own files, which are checked before the first job."""
_OF_COMPARISON = ("transfer_from", "dead_operations", "accuracy", "limit")
"""Keys of a combination that do not change its values."""


class Plan(RunFiles, Measuring):
    """What one run consists of.

    Parameters
    ----------
    study : Study
    combinations, accuracies : dict
        From ``read_catalogue``: all that are defined.
    sources : dict
        From ``read_sources``.

    Attributes
    ----------
    combinations : dict
        Those of the study, id -> keys.
    with_accuracy, selectable : dict
        Those of them whose accuracies are known; and of these, those that are selected from.
    measured : dict
        Those of the study, and those that its predictors learn from besides.
    timed, computed : dict
        What ``measure`` times and computes, id -> keys.
    """

    def __init__(self, study, combinations, accuracies, sources):
        self.study, self.accuracies, self.sources = study, accuracies, sources
        self.combinations = {name: combinations[name] for name in study.combinations}
        self.with_accuracy = {name: entry for name, entry in self.combinations.items() if "accuracy" in entry}
        left_out = study.selection.left_out
        self.selectable = {
            name: entry for name, entry in self.with_accuracy.items() if entry["accuracy"] not in left_out
        }
        others = {
            name: combinations[name] for entry in self.combinations.values() for name in entry.get("transfer_from", [])
        }
        transfers = any(REGISTRY[predictor].transfers for predictor in study.predictors)
        self.measured = {**self.combinations, **(others if transfers else {})}
        measure = study.measure
        self.timed = {combination_id({**entry, "metric": "latency"}): entry for entry in map(_keys, study.timed)}
        self.computed = {
            combination_id({**entry, "device": "graph"}): entry
            for entry in (_keys(model) for model in (measure.computed if measure else []))
        }

    def check_own_files(self):
        """Check what combinations read from a person's own files, and whether the study's sizes fit.

        Returns
        -------
        list of str
            Warnings, each once.

        Raises
        ------
        InputError
            One sentence that names the file and the row.
        """
        warnings = []
        for name, entry in self.combinations.items():
            if entry["source"] not in _CHECKED:
                warnings += check_test_size(entry["space"], self.study.test_sizes[entry["space"]])
            requests = [{**entry, "kind": "target"}]
            if name in self.with_accuracy:
                requests.append(self.accuracy_request(self.accuracy_id(name)))
            for request in requests:
                if request["source"] in _CHECKED:
                    warnings += check_own_file(name, request, self.study.train_sizes, self.study.test_sizes)
        return list(dict.fromkeys(warnings))

    # What jobs are told

    def entry(self, combination):
        """Return the keys of a combination of the study; StudyError if it has none of that name."""
        if combination not in self.measured:
            alike = ", ".join(get_close_matches(combination, self.measured, 3, cutoff=0))
            raise StudyError(f"run {self.study.run!r} has no combination {combination!r}; alike are {alike}")
        return self.measured[combination]

    def space(self, combination):
        """Return the key of a combination's space."""
        return self.entry(combination)["space"]

    def request(self, combination):
        """Return what is asked of a combination's source, without what says how it is compared."""
        entry = {key: value for key, value in self.entry(combination).items() if key not in _OF_COMPARISON}
        return {**entry, "kind": "target"}

    def accuracy_id(self, combination):
        """Return the name of the accuracies that belong to a combination; StudyError if it has none."""
        entry = self.entry(combination)
        if "accuracy" not in entry:
            raise StudyError(f"{combination!r} has no accuracies to select by; give the key accuracy of its definition")
        return f"{entry['space']}-{entry['accuracy']}"

    def accuracy_request(self, accuracy):
        """Return what is asked of the source of accuracies."""
        return {**self.accuracies[accuracy], "kind": "accuracy"}

    def sample_request(self, space):
        """Return what is asked of the source of a space's architectures; None for a space that is enumerated."""
        sample = get_space(space).sample
        return {"source": sample[0], "kind": "architectures", "space": space} if sample else None

    def declaration(self, space):
        """Return where a space of a person's own is read from, and the hash of that; None for another space."""
        known = get_space(space)
        if not known.declared:
            return None
        for entry in self.study.spaces:
            if isinstance(entry, str):
                if read_mapping(entry)["space"] == space:
                    return {"file": entry, "digest": known.digest}
            elif entry.space == space:
                told = {"space": space, "folder": entry.networks, "dimensions": entry.dimensions}
                return {**told, "digest": known.digest}
        raise StudyError(f"run {self.study.run!r} has no declaration of {space!r}; name it in spaces")

    def declared_in(self, space):
        """Return the files that a space of a person's own is read from, a list; an empty one for another space."""
        declaration = self.declaration(space)
        if not declaration:
            return []
        if "file" in declaration:
            return files_of(declaration["file"])
        return [str(path) for path in get_space(space).paths if path.is_file()]

    def sample_source(self, space):
        """Return the source of a space's architectures, in a list; an empty one for a space that is enumerated."""
        request = self.sample_request(space)
        return [request["source"]] if request else []

    def receipts(self, request):
        """Return what must be there for a request: receipts of retrieved files, or a local source's own files."""
        if request is None:
            return []
        source = request["source"]
        needed = get_source(source).files(request)
        if source in LOCAL_SOURCES:
            return needed
        return [self.file(files.RECEIPT, source=source, file=file) for file in needed]

    def contents(self, request):
        """Return the hashes of a local source's files: a person's file counts by what it holds, not by its time."""
        local = request["source"] in LOCAL_SOURCES
        return [file_digest(file) for file in get_source(request["source"]).files(request)] if local else []

    def source_entry(self, source, file):
        """Return what the catalogue knows of one public file: another file's entry can change without it.

        Parameters
        ----------
        source : str
        file : str
            Its name, as the catalogue has it.

        Returns
        -------
        dict
            The source's entry, with this file alone.
        """
        entry = self.sources[source]
        known = {name: facts for name, facts in entry["files"].items() if name == file}
        return {source: {**entry, "files": known}}

    def others(self, combination, predictor):
        """Return the targets of the devices that a predictor learns from besides.

        Parameters
        ----------
        combination, predictor : str

        Returns
        -------
        list of str
            Files; none for a predictor that learns from the device alone.
        """
        transfers = REGISTRY[predictor].transfers
        return [self.targets(name) for name in self.entry(combination).get("transfer_from", []) if transfers]

    def dead_operations(self, combination, predictor):
        """Return what is stated of dead operations; None where nothing takes part that sees the structure.

        Parameters
        ----------
        combination, predictor : str

        Returns
        -------
        str or None
            None where nothing takes part that sees the structure, so that the statement makes no job run again.
        """
        sees = REGISTRY[predictor].structured or self.study.design != "random"
        return self.entry(combination).get("dead_operations") if sees else None

    def train_sizes(self, combination):
        """Return the training sizes of a combination."""
        return self.study.train_sizes[self.space(combination)]

    def asked(self, paths):
        """Return what the study asks of those tables among files that are of fits, or made of fits.

        Parameters
        ----------
        paths : iterable of path
            Below ``results/<run>``.

        Returns
        -------
        dict
            As ``hwpred.tables.say_what_is_asked`` takes it.
        """
        places = (str(path).split("/")[2:4] for path in paths)
        kinds = [(SIZED[place[0]], place[1].removesuffix(".parquet")) for place in places if place[0] in SIZED]
        over_seeds = {name for kind, name in kinds if kind in OVER_SEEDS}
        return {
            name: {
                "run_seed": self.study.seed,
                "train_sizes": list(self.train_sizes(name)),
                "test_size": self.study.test_sizes[self.space(name)],
                **({"seeds": self.study.seeds} if name in over_seeds else {}),
            }
            for name in sorted({name for _, name in kinds} & self.measured.keys())
        }

    def training(self, combination, predictor, block):
        """Return the job that fits a predictor on a combination.

        Parameters
        ----------
        combination, predictor : str
        block : str
            Of seeds, such as ``"0-24"``.

        Returns
        -------
        TrainingJob
        """
        return TrainingJob(self, combination, predictor, block)

    def answering(self, combination):
        """Return what a device is told that learns from all rows of a combination."""
        entry = self.entry(combination)
        predictor = predictor_for(entry["space"])
        return {
            "predictor": predictor,
            "hyperparameters": self.study.hyperparameters.get(predictor, {}),
            "dead_operations": entry.get("dead_operations"),
            "limit": entry.get("limit"),
        }

    def adaptive(self, combination, predictor):
        """Return the settings of adaptive measuring by one predictor.

        Parameters
        ----------
        combination, predictor : str

        Returns
        -------
        dict
            ``run_seed``, ``design``, ``seeds``, ``sizes``, ``test_size``, ``hyperparameters``.
        """
        return {
            "run_seed": self.study.seed,
            "design": self.study.design,
            "seeds": self.study.selection.seeds,
            "sizes": self.train_sizes(combination),
            "test_size": self.study.test_sizes[self.space(combination)],
            "hyperparameters": self.study.hyperparameters.get(predictor, {}),
        }

    def explaining(self, combination):
        """Return the settings of the fits that explain a combination."""
        sizes = self.train_sizes(combination)
        return {
            "run_seed": self.study.seed,
            "seeds": self.study.seeds,
            "design": self.study.design,
            "train_sizes": [size for size in sizes if size <= EXPLAINED_SIZE] or sizes[:1],
            "test_size": self.study.test_sizes[self.space(combination)],
            "hyperparameters": self.study.hyperparameters.get("structured_gp", {}),
        }

    def trying(self, combination, size, block):
        """Return the settings of trying a device as if it were new.

        Parameters
        ----------
        combination : str
        size : int
            Number of architectures that are measured at first.
        block : str
            Of seeds, such as ``"0-24"``.

        Returns
        -------
        dict
            ``run_seed``, ``seeds``, ``size``, ``dead_operations``.
        """
        return {
            "run_seed": self.study.seed,
            "seeds": seeds_of(block),
            "size": size,
            "dead_operations": self.entry(combination).get("dead_operations"),
        }

    def device(self, predictor, sizes=(), seeds=0):
        """Return where a predictor computes.

        ``auto`` sends fits to a GPU only if that is faster.

        Parameters
        ----------
        predictor : str
        sizes : sequence of int
            Of the training sets.
        seeds : int
            How many there are.

        Returns
        -------
        str or None
            ``"cpu"``, or the study's key ``device``; None for a predictor that does without torch, so that the key
            changes nothing.
        """
        device = self.study.device
        if device == "auto" and not pays_on_gpu(predictor, sizes, seeds, self.study.hpo_configurations):
            device = "cpu"
        return torch_device(predictor, device)

    def gpus(self, device):
        """Return how many GPUs a job takes that computes on ``device``; where there is none, ``auto`` takes none.

        Parameters
        ----------
        device : str or None
            As of ``device``.

        Returns
        -------
        int or None
            1, or None: Snakemake then leaves the resource out. Kubernetes takes it for a GPU whatever its number is.
        """
        return 1 if device == "cuda" or (device == "auto" and has_gpu()) else None

    def members(self, wildcards):
        """Return the names by which a job with these wildcards asks the registries (``hwpred.study.code``)."""
        asked = {"design": [] if self.study.design == "random" else ["designs"]}
        for kind, entries in (
            ("combination", self.measured),
            ("accuracy", self.accuracies),
            ("timed", self.timed),
            ("computed", self.computed),
        ):
            if kind in wildcards:
                entry = entries[wildcards[kind]]
                asked |= {key: entry[key] for key in ("space", "source") if key in entry}
        if "space" in wildcards:
            asked |= {"space": wildcards["space"], "source": self.sample_source(wildcards["space"])}
        if "class_chunk" in wildcards:
            asked["space"] = "nasbench201"
        if "predictor" in wildcards:
            entry = REGISTRY[wildcards["predictor"]]
            asked |= {"predictor": [entry.module, *(["devices"] if entry.on_torch else [])], "entry": str(entry)}
        if "space" in asked:
            space, asked["space"] = asked["space"], get_space(asked["space"]).module
            if "space" in wildcards and get_space(space).declared:
                asked["source"] = ["network_files" if asked["space"] == "network_files" else "own_space"]
        return asked

    # Resources

    def memory(self, predictor):
        """Return the MB to reserve for fits of a predictor."""
        return DESCRIPTIONS[predictor].memory

    def adaptive_minutes(self, combination, predictor):
        """Return the minutes to reserve for adaptive measuring.

        Parameters
        ----------
        combination, predictor : str

        Returns
        -------
        int
        """
        seeds = self.study.selection.seeds
        return minutes_of_fits(self, combination, predictor, seeds, selecting=seeds)

    # Targets of the whole run

    @cached_property
    def figures(self):
        """Names of the figures that every study ends with."""
        return figures_of(self, default_only=True)

    @cached_property
    def all_figures(self):
        """Names of all figures of a study."""
        return figures_of(self)

    @cached_property
    def selection_figures(self):
        """Names of the figures of what wrong metrics cost, where accuracies are known."""
        return figures_of(self, SELECTION)

    @cached_property
    def explanation_figures(self):
        """Names of the figures of what ``structured_gp`` found out."""
        return figures_of(self, EXPLANATION)

    @cached_property
    def tables(self):
        """File names of the tables that every study ends with."""
        return tables_of(self)


def _keys(model):
    return {key: value for key, value in model.model_dump().items() if value is not None}
