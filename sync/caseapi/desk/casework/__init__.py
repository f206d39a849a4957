"""The pages of whoever is signed in: the queue, a case, the form for a call. They act through the desk's services."""

from sync.caseapi.desk.casework.router import work_router

__all__ = ["work_router"]
