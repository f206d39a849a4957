"""The same work in several threads: while one waits for an answer, another fills the line."""

from collections.abc import Callable
from threading import Thread


def side_by_side(work: Callable[[], None], lanes: int) -> None:
    """Run work in this thread and, at the same time, in others; return when it has ended in all of them.

    Args:
        work: takes what is next of something that all of them share, until nothing is left.
        lanes: how many run it, at least 1; with 1 there is no other thread.

    Raises:
        BaseException: what it raised first, in whichever thread.
    """
    faults: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as exc:  # noqa: BLE001 - handed over to the thread that waits
            faults.append(exc)

    # No end of the program waits for them: a request can hang for as long as the network lets it.
    beside = [Thread(target=run, name=f"lane-{place}", daemon=True) for place in range(2, lanes + 1)]
    for thread in beside:
        thread.start()
    run()
    for thread in beside:
        thread.join()
    if faults:
        raise faults[0]
