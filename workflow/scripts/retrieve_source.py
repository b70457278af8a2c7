"""Make sure that one file of a source lies in the cache, and write a receipt that says what it is.

Reads ``sources.yaml``; writes JSON: source, file, path, sha256, size (bytes), url, licence, citation.
"""

from hwpred.job import start_job
from hwpred.sources.fetch import cache_folder, load_sources, write_receipt

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
named = (load_sources(job.params.sources), job.wildcards.source, job.wildcards.file)
write_receipt(*named, cache_folder(job.params.cache), job.output.receipt)
