"""The files of a run: each by what it holds, and the blocks of seeds that fits come in."""

from itertools import chain

from hwpred.predictors.registry import REGISTRY
from hwpred.study import files


class RunFiles:
    """Where the files of a run lie: a base of ``hwpred.study.plan.Plan``, which says what there is."""

    def file(self, pattern, **wildcards):
        """Return the file of a pattern.

        Parameters
        ----------
        pattern : str
            Of ``hwpred.study.files``.
        **wildcards : str
            Values of its wildcards but ``run``.

        Returns
        -------
        str
        """
        return pattern.format(run=self.study.run, **wildcards)

    def architectures(self, space):
        """Return the table of a space's architectures."""
        return self.file(files.ARCHITECTURES, space=space)

    def architectures_of(self, combination):
        """Return the table of the architectures that a combination is about."""
        return self.architectures(self.space(combination))

    def targets(self, combination):
        """Return the table of a combination's metric."""
        return self.file(files.TARGETS, combination=combination)

    def accuracy(self, combination):
        """Return the table of the accuracies that belong to a combination."""
        return self.file(files.ACCURACY, accuracy=self.accuracy_id(combination))

    def fits(self, combination, predictor=None):
        """Return the tables of fits, one a block of seeds.

        Parameters
        ----------
        combination : str
        predictor : str, optional
            All predictors, if not given.

        Returns
        -------
        list of str
        """
        return self._blocks(files.FITS, combination, predictor)

    def predictions(self, combination):
        """Return the blocks that hold test predictions: those of the first ``prediction_seeds`` seeds."""
        return self._blocks(files.PREDICTIONS, combination, seeds=self.study.prediction_seeds)

    def space_predictions(self, combination):
        """Return the blocks that hold predictions of all architectures: those of the seeds that select."""
        return self._blocks(files.SPACE_PREDICTIONS, combination, seeds=self.study.selection.seeds)

    def selecting_fits(self, combination):
        """Return the tables of fits whose seeds select."""
        return self._blocks(files.FITS, combination, seeds=self.study.selection.seeds)

    def evaluation(self, combination):
        """Return the table that sums up all fits of a combination."""
        return self.file(files.EVALUATION, combination=combination)

    def evaluations(self, space=None):
        """Return the evaluations of all combinations, or of those of one space."""
        return [self.evaluation(name) for name, entry in self.combinations.items() if space in (None, entry["space"])]

    def explanation(self, combination):
        """Return the table of what ``structured_gp`` found out about a combination."""
        return self.file(files.EXPLANATION, combination=combination)

    def draws(self, combination):
        """Return the tables of what a device predicts that is tried as if it were new, one a size and block."""
        return self._trials(files.DRAWS, combination)

    def choices(self, combination):
        """Return the tables of what it chooses."""
        return self._trials(files.CHOICES, combination)

    def _trials(self, pattern, combination):
        return [
            self.file(pattern, combination=combination, size=size, block=block)
            for size in self.train_sizes(combination)
            for block in self.blocks("structured_gp")
        ]

    def simulation(self, combination):
        """Return the table of the simulated selection."""
        return self.file(files.SIMULATION, combination=combination)

    def predicted_selection(self, combination):
        """Return the table of the selection by real predictions."""
        return self.file(files.PREDICTED_SELECTION, combination=combination)

    def limited_selection(self, combination):
        """Return the table of the selection under limits."""
        return self.file(files.LIMITED_SELECTION, combination=combination)

    def adaptive_selections(self, combination):
        """Return the tables of adaptive measuring, one a predictor that takes part in the study."""
        return [
            self.file(files.ADAPTIVE_SELECTION, combination=combination, predictor=predictor)
            for predictor in self.study.selection.adaptive
            if predictor in self.study.predictors
        ]

    def budget(self, combination):
        """Return the table of what one gets for one's time."""
        return self.file(files.BUDGET, combination=combination)

    def comparison(self, combination):
        """Return the table that sets simulated selections beside those by real predictions."""
        return self.file(files.COMPARISON, combination=combination)

    def plans(self):
        """Return the files that say what to measure first, one a space."""
        spaces = dict.fromkeys(entry["space"] for entry in self.combinations.values())
        return [self.file(files.PLANS, space=space) for space in spaces]

    def answer(self):
        """Return the page that says which predictor to use."""
        return self.file(files.ANSWER)

    def answer_words(self):
        """Return the text that says the same in a few lines."""
        return self.file(files.ANSWER_WORDS)

    def answer_tables(self):
        """Return what the page is made from: combination -> keys of ``hwpred.answer.reading.Files``."""
        return {name: self._answer_tables(name) for name in self.combinations}

    def answer_inputs(self):
        """Return all tables that the page is made from, each once."""
        found = [entry for tables in self.answer_tables().values() for entry in tables.values()]
        return list(dict.fromkeys(chain.from_iterable([one] if isinstance(one, str) else one for one in found)))

    def _answer_tables(self, combination):
        tables = {
            "architectures": self.architectures_of(combination),
            "targets": self.targets(combination),
            "fits": self.fits(combination),
            "predictions": self.predictions(combination),
            "evaluation": self.evaluation(combination),
        }
        if combination in self.with_accuracy:
            tables["accuracy"] = self.accuracy(combination)
            tables["space_predictions"] = self.space_predictions(combination)
        if combination in self.selectable and self.study.selection.seeds:
            tables["limits"] = self.limited_selection(combination)
        return tables

    def known_accuracy(self, combination):
        """Return the table of the accuracies that belong to a combination, in a list; an empty one if it has none."""
        return [self.accuracy(combination)] if combination in self.with_accuracy else []

    def device_pages(self):
        """Return the pages of all combinations, each about one device."""
        return [self.file(files.DEVICE_PAGE, combination=name) for name in self.combinations]

    def table(self, name):
        """Return a table of the run for people, by its file name."""
        return self.file(files.TABLE, table=name)

    def paper(self, name):
        """Return the file of a table of the paper's numbers, in a list; an empty one if figures leave them out."""
        return [f"{files.PAPER}/{name}.csv"] if self.study.paper_curves else []

    def figure(self, name, format="png"):
        """Return a figure of the run.

        Parameters
        ----------
        name, format : str

        Returns
        -------
        str
        """
        return self.file(files.FIGURE, figure=name, format=format)

    def blocks(self, predictor, seeds=None):
        """Return the names of a predictor's blocks of seeds. A predictor that is not trained has one fit.

        Parameters
        ----------
        predictor : str
        seeds : int, optional
            Blocks that hold one of so many first seeds; all, if not given.

        Returns
        -------
        list of str
            Such as ``"0-24"``.
        """
        if not REGISTRY[predictor].trained:
            return ["0-0"] if seeds != 0 else []
        last, block = self.study.seeds, self.study.seed_block
        starts = range(0, last if seeds is None else min(last, seeds), block)
        return [f"{first}-{min(first + block, last) - 1}" for first in starts]

    def _blocks(self, pattern, combination, predictor=None, seeds=None):
        return [
            self.file(pattern, combination=combination, predictor=key, block=block)
            for key in ([predictor] if predictor else self.study.predictors)
            for block in self.blocks(key, seeds)
        ]
