"""What each job of figures and tables reads, and what it draws and tabulates; a module a family (``registry``)."""
