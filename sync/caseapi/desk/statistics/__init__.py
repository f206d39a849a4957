"""Statistics of cases with what each number means; of no person, and of no patch below a community."""

from sync.caseapi.desk.statistics.routes import statistics_routes

__all__ = ["statistics_routes"]
