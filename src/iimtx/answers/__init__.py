"""One module for each family of questions; each returns an `Answer`."""
