"""What a desk tells everybody of the grids of its area: sent, listed, withdrawn."""

from sync.caseapi.desk.grid_notices.routes import grid_notice_routes

__all__ = ["grid_notice_routes"]
