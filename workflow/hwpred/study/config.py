"""The keys of a study, their types and limits. JSON schema and the table of keys in config/README.md come from it."""

from collections.abc import Hashable
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from hwpred.documents import Part

NAME = r"^[A-Za-z0-9_][A-Za-z0-9_-]*$"
DEVICE_NAME = r"^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?$"
LONGEST_NAME = 60
"""Characters: four of them and what is joined to them are the name of a file, of which systems take 255."""
"""Names become parts of file names; a device may hold a dot ("pixel6.1")."""
SPACE_NAME = r"^[a-z][a-z0-9_]*$"


def _whole(value):
    """Accept 3, "3" and 3.0: Snakemake passes what stands inside a nested ``--config`` value as text."""
    if isinstance(value, str) and value.strip().lstrip("-").isdigit():
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _decimal(value):
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _unique(values):
    twice = [value for value in values if isinstance(value, Hashable) and values.count(value) > 1]
    if twice:
        raise ValueError(f"holds {twice[0]!r} twice; keep one")
    return values


def _ascending(values):
    falls = [(left, right) for left, right in pairwise(values) if left >= right]
    if falls:
        raise ValueError(f"holds {falls[0][1]} after {falls[0][0]}; write each size once, from small to large")
    return values


def whole(**limits):
    """Return the type of a whole number within limits."""
    return Annotated[int, Field(**limits), BeforeValidator(_whole)]


def decimal(**limits):
    """Return the type of a finite number within limits."""
    return Annotated[float, Field(allow_inf_nan=False, **limits), BeforeValidator(_decimal)]


Count = whole(ge=1, le=100_000)
Size = whole(ge=2)
Sizes = Annotated[list[Size], Field(min_length=1), AfterValidator(_ascending)]
Name = Annotated[str, Field(pattern=NAME, max_length=LONGEST_NAME)]
DeviceName = Annotated[str, Field(pattern=DEVICE_NAME, max_length=LONGEST_NAME)]
Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[list[Text], Field(min_length=1), AfterValidator(_unique)]


class Selection(Part):
    """The selection of architectures by accuracy and a metric, simulated or predicted."""

    left_out: Annotated[list[Text], AfterValidator(_unique)]
    """tasks of accuracies by which nothing is selected; `[]` for none"""
    architectures: Annotated[list[Size], Field(min_length=1), AfterValidator(_unique)]
    """how many architectures there are to select from; numbers beyond the data are left out"""
    deviation_std: Annotated[list[decimal(ge=0)], Field(min_length=1), AfterValidator(_unique)]
    """standard deviations of the simulated deviations, in those of the metric"""
    trials: Count
    """simulated draws of each number of architectures"""
    pairing: Annotated[Literal[True, "reference"], BeforeValidator(lambda value: True if value == "true" else value)]
    """of the simulation: `true`, each architecture has its own metric; `reference`, as the paper's published code pairs
    them (`docs/pairing.md`)"""
    seeds: whole(ge=0)
    """the fits of that many first seeds select architectures, too, by their predictions of all architectures; 0 for the
    simulation only"""
    verified: Annotated[list[Count], AfterValidator(_unique)]
    """how many of the most promising architectures are measured after predicting"""
    adaptive: Annotated[list[Text], AfterValidator(_unique)]
    """of the predictors, those that also choose what is measured next, round by round along `train_sizes`, without
    search"""
    seconds_per_measurement: decimal(gt=0) | None
    """seconds to measure one architecture on the device; `null`: the time recorded with the data, and no time budget
    where there is none"""


class TimedNetworks(Part):
    """Networks to time."""

    space: Text
    """the search space"""
    task: Text
    """the task, which says the size of the input"""
    device: DeviceName
    """a name for the device: letters, digits, - and _, and dots inside"""
    networks: Text | None = None
    """folder of ONNX files, called by the texts of architectures, of a space whose networks hwpred cannot build; that
    of a space that is a folder is known"""
    dimensions: dict[Text, Count] | None = None
    """value of each dimension of an input that these files leave open"""
    factory: Text | None = None
    """instead of a folder: a Python function, `package.module:function`, that gets the text of an architecture and
    returns its torch module and an input"""
    runtime: Literal["onnxruntime", "torch"] | None = None
    """what runs the networks on this machine"""
    threads: Count | None = None
    """threads of the runtime, where they are not those of `measure`"""
    device_command: Annotated[str, Field(pattern=r"\{onnx\}")] | None = None
    """instead of runtime: a command that times the network `{onnx}` and prints one time in ms a line"""

    @model_validator(mode="after")
    def _one_way_to_time(self):
        name = f"{self.space}-{self.task}-{self.device}"
        if (self.runtime is None) == (self.device_command is None):
            raise ValueError(f"({name}) needs one of runtime and device_command; give one")
        if self.networks is not None and self.factory is not None:
            raise ValueError(f"({name}) has both networks and factory; keep one")
        if self.networks is not None and self.runtime == "torch":
            raise ValueError(f"({name}) would run ONNX files in torch, which cannot; use runtime: onnxruntime")
        return self


class ComputedMetric(Part):
    """A metric of the executed graph."""

    space: Literal["nasbench201", "transnas_macro", "fbnet", "mnasnet"]
    """the search space"""
    task: Text
    """the task, which says the size of the input"""
    metric: Literal["arithmetic_intensity", "memory"]
    """the metric"""


class Effort(Part):
    """Runs of a network on one visit."""

    warm_up: whole(ge=0)
    """runs that do not count"""
    least: whole(ge=3)
    """fewest timed runs"""
    most: whole(ge=3)
    """most timed runs"""
    relative_error: decimal(gt=0)
    """standard error of the median, as a share of it, that is good enough"""

    @model_validator(mode="after")
    def _least_is_not_above_most(self):
        if self.least > self.most:
            raise ValueError(f"has least {self.least} above most {self.most}; lower least")
        return self


class Measure(Part):
    """What `snakemake measure` times, and how carefully."""

    combinations: Annotated[list[TimedNetworks], Field(min_length=1)]
    """networks to time: space, task, device, and runtime or device_command"""
    computed: list[ComputedMetric]
    """metrics of the executed graph to compute: space, task, metric"""
    train_accuracies: bool
    """whether to train the networks of nasbench201 on scikit-learn's digits"""
    architectures: whole(ge=10) | None
    """how many architectures of the space, chosen at random; `null` for all"""
    names: Text | None = None
    """a file that names the architectures to time, one a line; `null` for all"""
    threads: Count
    """threads of the runtime"""
    chunk_size: Count
    """architectures of one job"""
    visits: Count
    """times that a network is opened and timed; the fastest counts"""
    effort: Effort
    """runs of a network on one visit: `warm_up`, `least`, `most`, `relative_error`"""
    outlier_spread: decimal(gt=0)
    """share by which the slowest visit may be longer before a network is timed again"""
    references: Count
    """networks timed again and again, to see the machine drift"""
    reference_seconds: decimal(gt=0)
    """seconds between their timings"""
    command_timeout: decimal(gt=0)
    """seconds for device_command and one network"""
    licence: Text | None = None
    """licence of the measured values, written beside them; `null`: none is stated"""
    again: Size
    """architectures that `snakemake measure_again` times"""
    again_folder: Text
    """folder of the values that measure_again compares them with"""


class NetworkFolder(Part):
    """A folder of ONNX files as a search space."""

    space: Annotated[str, Field(pattern=SPACE_NAME, max_length=40)]
    """name of the space: lower-case letters, digits and _, a letter first"""
    networks: Text
    """the folder; networks are called by their paths within it"""
    dimensions: dict[str, whole(ge=1)] = Field(default_factory=dict)
    """values of the dimensions of inputs that the files leave open, such as `{batch: 1}`"""


OwnSpace = Annotated[
    # Blank tags are left out of messages.
    Annotated[Text, Tag(" ")] | Annotated[NetworkFolder, Tag("")],
    Discriminator(lambda entry: "" if isinstance(entry, dict | NetworkFolder) else " "),
]


class Study(Part):
    """A study: which predictors on which combinations, on how many measurements."""

    run: Name
    """name of the run: letters, digits, - and _; results go to `results/<run>`"""
    seed: whole(ge=0)
    """seed of everything random"""
    seeds: whole(ge=1, le=10_000)
    """number of splits, and of fits at each training size"""
    seed_block: Count
    """seeds of one job: smaller blocks, more jobs at once; the same numbers, as far as the rounding of torch allows; if
    `seeds` grows, finished blocks stay, but one that was not full is fitted again"""
    prediction_seeds: Count
    """how many seeds keep their test predictions, for the scatter plots and histograms"""
    default_seeds: whole(ge=0)
    """how many seeds are fitted without search as well, to see what the search gains; 0 for none"""
    design: Literal["random", "maximin", "d_optimal", "active"]
    """which architectures are measured for training: `random`; `maximin`, far from each other; `d_optimal`, where
    `structured_gp` is least sure before any measurement; `active`, where it is least sure after those before"""
    cache: Text
    """folder of the public files; the environment variable `HWPRED_CACHE` goes first"""
    sources: Text
    """the file that lists the public files"""
    catalogues: Texts
    """files that define combinations"""
    spaces: Annotated[list[OwnSpace], AfterValidator(_unique)] = Field(default_factory=list)
    """search spaces of your own: files that declare them (`docs/your_space.md`), and folders of ONNX files,
    `{space: mine, networks: models}` (`docs/your_networks.md`)"""
    combinations: Texts
    """ids of combinations, `space-task-device-metric`"""
    predictors: Texts
    """keys of predictors: `docs/predictors.md`"""
    hyperparameters: dict[str, dict[str, Any]]
    """`{rf: {n_estimators: 50}}`: arguments of a predictor's constructor, which its search leaves as they are"""
    hpo_configurations: Count
    """candidates of the hyperparameter search, the default included; 1 for no search"""
    hpo_samples: whole(ge=10)
    """a larger training set is searched on its first that many samples"""
    device: Literal["auto", "cpu", "cuda"]
    """where networks and Gaussian processes compute; a job that `auto` finds faster on a GPU takes it"""
    train_sizes: dict[str, Sizes]
    """by space: numbers of architectures to train on, ascending"""
    test_sizes: dict[str, Size]
    """by space: number of architectures to test on"""
    selection: Selection
    """selection of architectures by accuracy and metric, where accuracies are known"""
    measure: Measure | None = None
    """what `snakemake measure` times (`docs/measuring.md`)"""
    paper_curves: bool
    """whether to draw the paper's values, dotted behind ours"""
    figure_formats: Annotated[list[Literal["png", "pdf"]], Field(min_length=1), AfterValidator(_unique)]
    """formats of the figures"""

    @property
    def timed(self):
        """What ``measure`` times, a list of ``TimedNetworks``; of a space that is a folder, with that folder."""
        folders = {entry.space: entry for entry in self.spaces if isinstance(entry, NetworkFolder)}
        return [
            _with_files(entry, folders.get(entry.space))
            for entry in (self.measure.combinations if self.measure else ())
        ]


def _with_files(timed, folder):
    if folder is None or timed.networks is not None or timed.factory is not None:
        return timed
    return timed.model_copy(update={"networks": folder.networks, "dimensions": folder.dimensions or None})
