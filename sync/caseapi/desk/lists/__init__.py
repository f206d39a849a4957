"""The pages on which lists of people and places are taken in: send, look, do."""

from sync.caseapi.desk.lists.routes import list_routes

__all__ = ["list_routes"]
