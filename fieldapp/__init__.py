"""The inspector's app: composes the devices and the sync into screens and commands."""

__version__ = "0.1.0"
"""Version of the whole distribution; the build reads it here, so that no start has to look it up."""
