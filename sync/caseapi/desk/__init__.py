"""The desk: web pages for the people who dispatch. At this stage one page, which only shows what arrives.

It shows buildings, cases, receipts and tablets, never people: no names, no ranking, no counts by person.
"""

from sync.caseapi.desk.guard import DeskAccess
from sync.caseapi.desk.routes import desk_router

__all__ = ["DeskAccess", "desk_router"]
