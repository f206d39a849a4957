"""The HTTP server under the application."""

import contextlib
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import uvicorn

from sync.caseapi.app import make_app
from sync.caseapi.config import ServerConfig
from sync.caseapi.receiving import PieceByPiece
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.casework.arrivals import Notices

DRAIN_S = 20
"""How long a stopping server lets exchanges finish."""

KEEP_ALIVE_S = 30
"""How long an idle connection is kept: a tablet's sync is several requests in a row."""


class QuietServer(uvicorn.Server):
    """Leaves signals to its caller, who still has a database to close when it is done."""

    def __init__(self, config: uvicorn.Config, notices: Notices) -> None:
        """Serve; the notices end when it is asked to stop."""
        super().__init__(config)
        self.notices = notices

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield

    def stop(self) -> None:
        """Finish what runs, then return from `serve`; asked twice, at once."""
        self.force_exit = self.should_exit
        self.should_exit = True
        # Streams would be waited for: they end by themselves only when their readers go.
        self.notices.end()


def quiet_server(case_api: CaseApi, config: ServerConfig) -> QuietServer:
    """Return a server of the application, not yet listening."""
    return QuietServer(
        uvicorn.Config(
            make_app(
                case_api,
                zone=ZoneInfo(config.zone),
                desk_open=config.desk_open,
                exchanges_per_minute=config.exchanges_per_minute,
            ),
            http=PieceByPiece,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=DRAIN_S,
            lifespan="on",
        ),
        case_api.notices,
    )
