"""Catalogues, which define combinations and accuracies, and the list of the public files."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from hwpred.documents import Part, StudyError, parse, read_yaml
from hwpred.sources import SOURCE_KEYS
from hwpred.sources.requests import combination_id
from hwpred.spaces import space_keys
from hwpred.study.config import Count, DeviceName, Name, Text, Texts, decimal


def one_of(allowed):
    """Return a check that a value is among those that ``allowed`` returns."""

    def check(value):
        if value not in allowed():
            raise ValueError(f"is {value!r}; use one of {', '.join(allowed())}")
        return value

    return check


class Accuracy(Part):
    """Where the accuracies of a space on one task come from."""

    space: Annotated[str, AfterValidator(one_of(space_keys))]
    """the search space"""
    task: Name
    """the task: letters, digits, - and _"""
    source: Annotated[str, AfterValidator(one_of(lambda: SOURCE_KEYS))]
    """the data source"""
    file: Text | None = None
    """a table of your own with a column accuracy (source: table)"""
    folder: Text | None = None
    """folder of a measured table and its description (source: measured)"""
    quality: Name | None = None
    """column of the table that holds another quality than accuracy, such as perplexity (source: table)"""
    unit: Text | None = None
    """unit of that quality (source: table)"""
    direction: Literal["smaller", "larger"] | None = None
    """which values of that quality are better (source: table)"""
    title: Text | None = None
    """what the values are called in figures and pages; `accuracy on <task>`, or the quality, if not given"""


class Combination(Part):
    """A metric, measured on a device for networks of a space and a task."""

    space: Annotated[str, AfterValidator(one_of(space_keys))]
    """the search space"""
    task: Name
    """the task: letters, digits, - and _"""
    device: DeviceName
    """the device: letters, digits, - and _, and dots inside"""
    metric: Name
    """the metric: letters, digits, - and _"""
    source: Annotated[str, AfterValidator(one_of(lambda: SOURCE_KEYS))]
    """the data source"""
    file: Text | None = None
    """a table of your own, CSV or Parquet (source: table)"""
    folder: Text | None = None
    """folder of a measured table and its description (source: measured)"""
    unit: Text | None = None
    """unit of the values (source: table)"""
    direction: Literal["smaller", "larger"] | None = None
    """which values are better (source: table)"""
    batch_size: Count | None = None
    """images measured at once (source: table)"""
    accuracy: Text | None = None
    """task whose accuracies belong to this combination"""
    limit: decimal(gt=0) | None = None
    """what the metric may be at most, or at least where larger is better, in its unit, for `snakemake answer`"""
    dead_operations: Literal["run", "dropped", "partly_dropped"] | None = None
    """what the device does with operations that do not reach the output, for structured_gp and transfer_gp"""
    file_order: Literal["measuring"] | None = None
    """`measuring`: its rows were measured in that order, which structured_gp and transfer_gp may use (source: help)"""
    transfer_from: Texts | None = None
    """ids of combinations of other devices, of the same space, that transfer_gp learns from"""

    @model_validator(mode="after")
    def _order_of_public_files(self):
        if self.file_order and self.source != "help":
            raise ValueError(f"has file_order, which source {self.source} does not know; a table has a column order")
        return self


class Catalogue(Part):
    """A file that defines combinations and accuracies."""

    combinations: list[Combination]
    """definitions of combinations"""
    device_lists: list[Any] = Field(default_factory=list)
    """lists for transfer_from, named by YAML anchors"""
    accuracies: list[Accuracy] = Field(default_factory=list)
    """definitions of accuracies"""


class PublicFile(Part):
    """What is known of a public file."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """checksum of the file"""
    git_blob: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")] | None = None
    """id of the file in its git repository, where that is all that is known"""
    size: Annotated[int, Field(ge=1)] | None = None
    """bytes"""

    @model_validator(mode="after")
    def _one_checksum(self):
        if self.sha256 and self.git_blob:
            raise ValueError("has sha256 and git_blob; keep one")
        return self


class PublicSource(Part):
    """Where the files of a source come from."""

    url: Annotated[str, Field(pattern=r"^https?://.+/$")] | None
    """folder that the files are downloaded from, at a pinned commit, with a slash at its end; null: by hand"""
    folders: dict[str, Annotated[str, Field(pattern=r"^https?://.+/$")]] = Field(default_factory=dict)
    """first folder of a path -> what its files are downloaded from instead of url, where they lie in another commit"""
    page: Annotated[str, Field(pattern=r"^https?://")] | None = None
    """page that tells where to get the files by hand"""
    licence: Text
    """the data's licence, or that none is stated"""
    citation: Text
    """the publication to cite: authors, title, venue, year"""
    unlisted: bool = False
    """whether files at the same commit may be used that are not in the list, without a checksum"""
    files: dict[str, PublicFile]
    """path below url (and below the source's folder in the cache) -> what is known of the file"""

    @model_validator(mode="after")
    def _by_hand_from_a_page(self):
        if self.url is None and self.page is None:
            raise ValueError("has no url; give the key page, which tells where to get the files by hand")
        return self


def read_catalogue(files, found=lambda file, named_in: file):
    """Read the definitions of combinations and accuracies.

    Parameters
    ----------
    files : list of str
    found : callable
        Name in a file, and the file that names it -> where it lies.

    Returns
    -------
    combinations, accuracies : dict
        ``space-task-device-metric`` and ``space-task`` -> the keys that are defined, a dict.

    Raises
    ------
    StudyError
        Also for an id that is defined twice, in one file or in two.
    """
    combinations, accuracies, defined_in = {}, {}, {}
    for file in files:
        catalogue = parse(Catalogue, read_yaml(file), str(file))
        kinds = (
            ("combinations", combinations, combination_id),
            ("accuracies", accuracies, lambda entry: f"{entry['space']}-{entry['task']}"),
        )
        for kind, known, name_of in kinds:
            for model in getattr(catalogue, kind):
                entry = {key: value for key, value in model.model_dump().items() if value is not None}
                entry |= {key: found(entry[key], file) for key in ("file", "folder") if key in entry}
                name = name_of(entry)
                if (kind, name) in defined_in:
                    raise StudyError(
                        f"{file}: {kind} define {name!r} a second time (first in {defined_in[kind, name]}); "
                        "rename the task or the device, or remove one"
                    )
                defined_in[kind, name] = file
                known[name] = entry
    return combinations, accuracies


def read_sources(file):
    """Read the list of the public files: source -> its keys, a dict; StudyError for a mistake in it."""
    content = read_yaml(file)
    if not isinstance(content, dict):
        raise StudyError(f"{file}: there are no sources; name at least one")
    for source, entry in content.items():
        if source not in SOURCE_KEYS:
            raise StudyError(f"{file}: unknown source {source!r}; the sources are {', '.join(SOURCE_KEYS)}")
        parse(PublicSource, entry, f"{file}, {source}")
    return content
