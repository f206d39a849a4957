"""The inspector's app: composes the devices and the sync into screens and commands."""
