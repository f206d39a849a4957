"""The search behind the sign-in: cases by what is written in them, buildings and categories by name."""

from sync.caseapi.desk.finding.routes import finding_routes

__all__ = ["finding_routes"]
