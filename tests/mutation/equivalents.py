"""Mutants that are no other program: whoever reads them can see why no test could tell them apart."""

EQUIVALENT: dict[str, str] = {}
"""Name of the mutant to the reason."""
