"""A module a page: ``numbers`` returns what the page's template calls by name.

It takes a mapping: name -> table of docs/results, of those that the page is rendered from.
"""
