"""HW-GPT-Bench (Sukthanker et al., NeurIPS 2024): GPT-2-like language models on GPUs and CPUs, at three scales.

Of each scale, ``s``, ``m`` and ``l``, 10,000 models were measured, in shards of pickled lists, one dictionary a model:

- ``arch_ppl_bench_<scale>/ppl_observations_tracker_<first>_<last>.pkl``: the model and its ``perplexity`` on
  OpenWebText, with the weights of a trained supernet. Smaller is better.
- ``latency_<device>[_<scale>]/efficiency_observations_<first>_<last>.pkl`` (no suffix for ``s``): ten latencies,
  ``times_profiler_gpu`` or ``times_profiler_cpu``, each with its unit; CPUs also have ``mean_energy_cpu`` in Wh.
- ``latency_<device>[_<scale>]/efficiency_energy_observations_tracker_<first>_<last>.pkl``: fifty energies of a GPU,
  ``energy_gpu``. The files call their unit kWh, but it is Wh: so power times latency says.

A model's value is the median of its measurements, which tell the noise, too (``hwpred.sources.remarks.repeats``). On
some devices the clock drifted from one hundred models to the next, which this noise does not show.
"""

from hwpred.sources.nested import look_up
from hwpred.sources.requests import DIRECTIONS, check_request

SCALES = {"gpt_s": "s", "gpt_m": "m", "gpt_l": "l"}
TASK = "openwebtext"
GPUS = ("P100", "a100", "a40", "a6000", "h100", "rtx2080", "rtx3080", "v100")
CPUS = ("cpu_a6000", "cpu_alldlc", "cpu_meta", "cpu_mlgpu", "cpu_p100", "helix_cpu")
"""As the folders of the repository call them; a CPU by the machine that it is in."""
METRICS = ("latency", "energy")
_PERPLEXITY_SHARD, _SHARD, _MODELS = 1_000, 2_500, 10_000
_MILLISECONDS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


def files(request):
    """Return the files that a request needs; ValueError if HW-GPT-Bench does not have it."""
    check_request("hwgptbench", request, kind=("target", "accuracy", "architectures"), space=tuple(SCALES))
    scale = SCALES[request["space"]]
    if request["kind"] != "architectures":
        check_request("hwgptbench", request, task=(TASK,))
    if request["kind"] != "target":
        return _shards(f"arch_ppl_bench_{scale}/ppl_observations_tracker", _PERPLEXITY_SHARD)
    check_request("hwgptbench", request, metric=METRICS, device=(*GPUS, *CPUS))
    measured_apart = request["metric"] == "energy" and request["device"] in GPUS
    name = "efficiency_energy_observations_tracker" if measured_apart else "efficiency_observations"
    suffix = "" if scale == "s" else f"_{scale}"
    return _shards(f"latency_{request['device']}{suffix}/{name}", _SHARD)


def _shards(prefix, size):
    return [f"{prefix}_{first}_{first + size}.pkl" for first in range(0, _MODELS, size)]


def load_architectures(request, paths):
    """Return the 10,000 models of a scale in the order of the perplexities."""
    import numpy as np

    return np.array([operations for _, operations, _ in _read(request, paths)], dtype=np.int8)


def load_accuracy(request, paths, table):
    """Return the models' perplexities."""
    from hwpred.sources.measurements import check_measurements

    rows = list(_read(request, paths))
    return check_measurements(
        _origin(request, paths),
        [table.index_of(operations) for _, operations, _ in rows],
        [look_up(origin, model, "perplexity") for origin, _, model in rows],
        table,
        expected=len(table),
        unit="perplexity",
        direction=DIRECTIONS["perplexity"],
        quality="perplexity",
    )


def load_target(request, paths, table):
    """Return the median latencies (ms) or energies (Wh) of one device."""
    import numpy as np

    from hwpred.sources import remarks
    from hwpred.sources.measurements import check_measurements

    rows = list(_read(request, paths))
    readings = [_readings(request, origin, model) for origin, _, model in rows]
    known = [place for place, values in enumerate(readings) if values]
    return check_measurements(
        _origin(request, paths),
        [table.index_of(rows[place][1]) for place in known],
        [float(np.median(readings[place])) for place in known],
        table,
        missing=len(rows) - len(known),
        unit="ms" if request["metric"] == "latency" else "Wh",
        direction=DIRECTIONS[request["metric"]],
        notes=remarks.repeats([np.asarray(readings[place]) for place in known]),
    )


def load_readings(request, paths):
    """Return all measurements of one device, in the order in which they were taken.

    Parameters
    ----------
    request, paths : dict
        As of ``load_target``.

    Yields
    ------
    tuple, list of float, int or None
        Of a model its operations, its measurements in ms or Wh (none if it failed), and its multiply-accumulates, which
        files of energies do not tell.
    """
    for origin, operations, model in _read(request, paths):
        yield operations, _readings(request, origin, model), model.get("macs")


def _origin(request, paths):
    first, *_, last = files(request)
    return f"{paths[first]} to {paths[last].name}"


def _read(request, paths):
    """Yield (name for messages, operations, dictionary) of each model of a request's files, in their order."""
    from hwpred.sources.restricted_pickle import read_pickle
    from hwpred.spaces import get_space

    space = get_space(request["space"])
    for file in files(request):
        content = read_pickle(paths[file])
        if not isinstance(content, list):
            raise ValueError(f"{paths[file]} holds a {type(content).__name__}, no list; it is not the published file")
        for number, model in enumerate(content):
            origin = f"{paths[file]}, model {number}"
            yield origin, _operations(origin, model, space), model


def _operations(origin, model, space):
    told = [
        look_up(origin, model, "arch", f"sample_{name}")
        for name in ("embed_dim", "bias", "n_layer", "n_head", "mlp_ratio")
    ]
    width, bias, layers, heads, ratios = told
    try:
        # Layers beyond the depth are in the file, but not in the model.
        return space.check(space.from_model(width, int(bias), heads[:layers], ratios[:layers]))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{origin} is no model of {space.key} ({error}); the file is not the published one") from error


def _readings(request, origin, model):
    """Return all measurements of a model, in ms or Wh; none if it failed."""
    processor = "gpu" if request["device"] in GPUS else "cpu"
    if request["metric"] == "energy":
        if processor == "gpu":
            return look_up(origin, model, "energy_gpu")
        mean = look_up(origin, model, "mean_energy_cpu")
        return [] if mean is None else [mean]
    times, units = (look_up(origin, model, f"{name}_{processor}") for name in ("times_profiler", "unit"))
    if len(times) != len(units) or not set(units) <= set(_MILLISECONDS):
        raise ValueError(f"{origin} has {len(times)} times in units {units!r}; the file is not the published one")
    return [time * _MILLISECONDS[unit] for time, unit in zip(times, units, strict=True)]
