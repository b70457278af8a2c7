"""What ``snakemake measure`` times, computes and trains."""

from hwpred.measurement.class_plan import class_chunk_names
from hwpred.measurement.plan import chunk_names, read_texts
from hwpred.spaces import get_space
from hwpred.study import files

CLASS_CHUNK = 100
"""Networks of one job that trains on digits: about a minute."""
_NO_MEASURE = "this study has no key 'measure'; start with --configfile config/studies/measure.yaml"


class Measuring:
    """How networks are measured: a base of ``hwpred.study.plan.Plan``, which says what there is."""

    @property
    def measure(self):
        """The key ``measure``; ValueError if the study lacks it."""
        if self.study.measure is None:
            raise ValueError(_NO_MEASURE)
        return self.study.measure

    def architectures_to_time(self, timed):
        """Return how many architectures are timed."""
        names = self.measure.names
        known = len(read_texts(names)) if names else get_space(self.timed[timed]["space"]).architectures
        return min(self.measure.architectures or known, known)

    def timing_plan(self, timed, **changes):
        """Return which architectures are timed, how often and beside which references.

        Parameters
        ----------
        timed : str
            A combination that is timed.
        **changes : object
            Values of the plan in place of the study's, such as ``visits``.

        Returns
        -------
        dict
            ``seed``, ``architectures``, ``visits``, ``chunk_size``, ``references``, ``reference_seconds``,
            ``outlier_spread``.
        """
        keys = ("visits", "chunk_size", "references", "reference_seconds", "outlier_spread")
        known = {key: getattr(self.measure, key) for key in keys}
        return {"seed": self.study.seed, "architectures": self.architectures_to_time(timed), **known, **changes}

    def inputs_of_timing(self, timed):
        """Return the files that a chunk of timings reads: architectures, and ``names``, which of them to time."""
        architectures = {"architectures": self.architectures(self.timed[timed]["space"])}
        return architectures | ({"names": self.measure.names} if self.measure.names else {})

    def timing_threads(self, timed):
        """Return with how many threads a network runs."""
        return self.timed[timed].get("threads", self.measure.threads)

    def timing_settings(self, timed):
        """Return how carefully a network is timed."""
        effort = self.measure.effort.model_dump()
        return {
            "threads": self.timing_threads(timed),
            "effort": effort,
            "command_timeout": self.measure.command_timeout,
        }

    def timings(self, timed=None):
        """Return the tables of timings, one a chunk: of one combination, or of all."""
        return [
            self.file(files.TIMINGS, timed=name, chunk=chunk)
            for name in ([timed] if timed else self.timed)
            for chunk in chunk_names(self.architectures_to_time(name), self.measure.chunk_size)
        ]

    def trainings(self):
        """Return the tables of trainings on digits, one a chunk."""
        return [self.file(files.TRAININGS, class_chunk=chunk) for chunk in class_chunk_names(CLASS_CHUNK)]

    def all_measured(self):
        """Return the tables of measured, computed and trained values, and the same as CSV for the command hwpred."""
        names = [*self.timed, *self.computed]
        names += ["nasbench201-digits-accuracy"] if self.measure.train_accuracies else []
        return [self.file(pattern, name=name) for name in names for pattern in (files.MEASURED, files.MEASURED_CSV)]

    def measured_catalogue(self):
        """Return the definitions of what is measured, for a study."""
        latencies = [{**entry, "metric": "latency"} for entry in self.timed.values()]
        return [*latencies, *({**entry, "device": "graph"} for entry in self.computed.values())]
