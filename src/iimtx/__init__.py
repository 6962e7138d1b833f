"""Treatment options for the idiopathic inflammatory myopathies, with the evidence."""

__version__ = "0.1.0"
