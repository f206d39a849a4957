"""Boards of an area: which buildings were looked at, and what tablets still have to hand over; never people."""

from sync.caseapi.desk.boards.routes import board_routes

__all__ = ["board_routes"]
