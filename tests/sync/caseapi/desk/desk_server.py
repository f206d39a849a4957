"""The desk on a loopback port, for a browser; run as a module it shows synthetic data until it is stopped."""

import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import uvicorn
from litestar import Litestar

from sync.caseapi.desk import DeskAccess, desk_router
from sync.caseapi.storage.desk_reads import DeskReads
from tests.sync.caseapi.desk.fake_reads import NOW_MS, busy_desk

ZONE = ZoneInfo("Asia/Shanghai")


def desk_app(
    reads: DeskReads, *, now_ms: Callable[[], int] = lambda: NOW_MS, access: DeskAccess | None = None
) -> Litestar:
    """Return an application that has a desk and nothing else."""
    router = desk_router(reads, zone=ZONE, now_ms=now_ms, access=access, version="0.1.0")
    return Litestar([router], openapi_config=None, logging_config=None)


@contextlib.contextmanager
def serving(app: Litestar) -> Iterator[str]:
    """Serve an application in a thread; yield its origin."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


if __name__ == "__main__":
    with serving(desk_app(busy_desk())) as origin:
        sys.stdout.write(f"{origin}/desk\n")
        sys.stdout.flush()
        threading.Event().wait()
