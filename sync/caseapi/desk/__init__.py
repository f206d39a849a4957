"""The desk: web pages for the people who dispatch.

Two pages only show what arrives, on the server's own machine: buildings, cases, receipts and tablets, never people: no
names, no ranking, no counts by person. Behind a sign-in (`work`) cases are acted on.
"""

from sync.caseapi.desk.casework import work_router
from sync.caseapi.desk.guard import DeskAccess
from sync.caseapi.desk.routes import desk_router

__all__ = ["DeskAccess", "desk_router", "work_router"]
