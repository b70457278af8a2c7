include: "workflow/Snakefile"


# The default target does not come with an included file: without this line, a bare `snakemake` would do nothing.
workflow.default_target = "all"
