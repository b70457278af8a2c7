"""What each job of selecting reads, and the table it makes of one combination; a module a kind of table.

Each has a function ``select``, which takes files by name and returns rows and facts: further metadata of the table.
"""
