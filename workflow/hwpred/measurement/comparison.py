"""Fresh timings of some architectures beside measured values: is this machine like that one?"""

from hwpred.measurement.collect import corrected, over_visits, read_chunks
from hwpred.metrics import kendall_tau
from hwpred.tables import of_name, read_table


def compare(name, chunk_files, measured_file):
    """Compare the timings of one combination.

    Parameters
    ----------
    name : str
        Of the combination.
    chunk_files : sequence of path
        Fresh ``timings``.
    measured_file : path
        A table ``measured``.

    Returns
    -------
    dict
        ``kendall_tau``, and how much slower the fresh timings are at the median; NaN where fewer than two can be
        compared.
    """
    fresh = over_visits(corrected(read_chunks(chunk_files))).droplevel(0).value
    known = read_table(measured_file, "measured", of_name(measured_file)).set_index("architecture").value
    common = fresh.index.intersection(known.index)
    return {
        "combination": name,
        "architectures": len(common),
        "kendall_tau": kendall_tau(known[common], fresh[common]) if len(common) > 1 else float("nan"),
        "median_ratio": (fresh[common] / known[common]).median(),
    }
