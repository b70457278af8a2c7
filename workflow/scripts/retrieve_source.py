"""Make sure that one file of a source lies in the cache, and write a receipt that says what it is.

Reads ``sources.yaml``; writes JSON: source, file, path, sha256, size (bytes), url, licence, citation.
"""

import json

from hwpred.joblog import start_job_log
from hwpred.sources.fetch import cache_folder, load_sources, make_receipt
from hwpred.tables import whole_file


def retrieve_source(source, file, cache, sources, output):
    """Retrieve a file and write its receipt.

    Parameters
    ----------
    source, file : str
        Key of the source and path within it.
    cache : str
        Folder of the downloaded files, unless the environment names another.
    sources : str or dict
        Path of ``sources.yaml``, or its content.
    output : str
        Path of the receipt.
    """
    receipt = make_receipt(load_sources(sources), source, file, cache_folder(cache))
    with whole_file(output) as unfinished:
        unfinished.write_text(json.dumps(receipt, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    names = job.wildcards
    retrieve_source(names.source, names.file, job.params.cache, job.params.sources, job.output.receipt)
