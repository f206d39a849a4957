"""The catalogue at the desk: found, read, edited as a draft, published from a day on."""

from sync.caseapi.desk.catalogue.router import catalogue_routes

__all__ = ["catalogue_routes"]
