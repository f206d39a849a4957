"""One application for every start of a case API: to make its routes takes longer than all the rest of a start."""

from typing import Any

from sync.caseapi.service.case_api import CaseApi


class Current:
    """Stands for the services that run now, so that one application serves every start of every world."""

    api: CaseApi

    def now_ms(self) -> int:
        """Return the clock of the server that runs; the application keeps this function for good."""
        return self.api.now_ms()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.api, name)
