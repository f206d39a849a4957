"""The district's map: borders, buildings, and where cases are open; never where anybody is."""

from sync.caseapi.desk.maps.routes import map_routes

__all__ = ["map_routes"]
