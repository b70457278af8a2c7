"""Figures and tables of the study, a module a family, with one style sheet. They compute nothing expensive."""
