"""What the project found: tables made from runs, and the pages of docs/ rendered from these tables.

``registry`` lists all tables and figures with what they are made from, ``pages`` the pages.
"""
