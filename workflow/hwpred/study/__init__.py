"""What a study is: its configuration, its catalogue of combinations, and the plan of its files and jobs.

Only the rules and scripts of the workflow read this package; no other module of the library knows it.
"""
