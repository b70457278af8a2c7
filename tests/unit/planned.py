"""Plans of the studies of the repository, as far as the findings ask them: names of files by combination."""

from pathlib import Path
from types import SimpleNamespace

from hwpred.configuration import read_catalogue, read_yaml
from hwpred.predictors import REGISTRY

ROOT = Path(__file__).parents[2]
STUDIES = ROOT / "config" / "studies"


def merged(under, over):
    """Return two configurations in one: mappings merge, lists replace."""
    both = dict(under)
    for key, value in over.items():
        nested = isinstance(value, dict) and isinstance(both.get(key), dict)
        both[key] = merged(both[key], value) if nested else value
    return both


def read_study(name):
    """Return the configuration of a study with those that it extends, or the default one."""
    default = read_yaml(ROOT / "config" / "config.yaml")
    return default if name == "default" else merged(default, _own(f"{name}.yaml"))


def _own(file):
    own = read_yaml(STUDIES / file)
    return merged(_own(own.pop("extends")), own) if "extends" in own else own


class Plan:
    """What a plan of the study of that name says."""

    def __init__(self, run):
        configuration = read_study(run)
        catalogues = [ROOT / file for file in configuration["catalogues"]]
        catalogue, _ = read_catalogue(catalogues, ROOT / "workflow/schemas/combinations.schema.json")
        self.run, self.predictors = f"results/{run}", configuration["predictors"]
        self.study = SimpleNamespace(**configuration, model_dump=lambda mode: configuration)
        self.combinations = {name: catalogue[name] for name in configuration["combinations"]}
        self.selectable = {name: entry for name, entry in self.combinations.items() if "accuracy" in entry}

    def targets(self, combination):
        return f"{self.run}/data/targets/{combination}.parquet"

    def accuracy(self, combination):
        entry = self.combinations[combination]
        return f"{self.run}/data/accuracy/{entry['space']}-{entry['accuracy']}.parquet"

    def architectures(self, space):
        return f"{self.run}/data/{space}/architectures.parquet"

    def fits(self, combination, predictor=None):
        return self._blocks("fits", combination, [predictor] if predictor else self.predictors, self.study.seeds)

    def predictions(self, combination):
        return self._blocks("predictions", combination, self.predictors, self.study.prediction_seeds)

    def evaluation(self, combination):
        return f"{self.run}/evaluation/{combination}.parquet"

    def evaluations(self):
        return [self.evaluation(combination) for combination in self.combinations]

    def explanation(self, combination):
        return f"{self.run}/explanations/{combination}.parquet"

    def simulation(self, combination):
        return f"{self.run}/selection/{combination}.parquet"

    def predicted_selection(self, combination):
        return f"{self.run}/predicted_selection/{combination}.parquet"

    def comparison(self, combination):
        return f"{self.run}/comparison/{combination}.parquet"

    def budget(self, combination):
        return f"{self.run}/budget/{combination}.parquet"

    def figure(self, name, format):
        return f"{self.run}/figures/{name}.{format}"

    def _blocks(self, folder, combination, predictors, first_seeds):
        return [
            f"{self.run}/{folder}/{combination}/{predictor}/{first}-{last}.parquet"
            for predictor in predictors
            for first, last in self._seeds(predictor)
            if first < first_seeds
        ]

    def _seeds(self, predictor):
        seeds, block = self.study.seeds, self.study.seed_block
        if not REGISTRY[predictor].trained:
            return [(0, 0)]
        return [(first, min(first + block, seeds) - 1) for first in range(0, seeds, block)]


class Plans(dict):
    """Plans by run, made when they are asked for."""

    def __missing__(self, run):
        self[run] = Plan(run)
        return self[run]
