"""A module a page: ``numbers`` takes the committed tables and returns what the template of the page calls by name."""
