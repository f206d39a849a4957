"""When to try again. Pure: what happened and a number of chance in, a pause out."""

from msgspec import Struct

from sync.tablet.config import ExchangeConfig


class Ended(Struct, frozen=True):
    """How an attempt ended.

    Attributes:
        failures: attempts in a row that failed, this one included; 0 when it did not.
        retry_after_s: the server asks to wait at least so long.
        is_waiting: something still waits to be sent.
    """

    failures: int = 0
    retry_after_s: float = 0.0
    is_waiting: bool = False


def next_pause_s(ended: Ended, config: ExchangeConfig, chance: float) -> float:
    """Return how long to pause before the next attempt nobody asks for.

    Args:
        chance: from 0 to 1; adds up to `config.jitter` of the pause, so that tablets do not come back in step.
    """
    if ended.failures:
        doubled = config.backoff_first_s * 2.0 ** min(ended.failures - 1, 16)
        pause_s = max(min(doubled, config.backoff_most_s), ended.retry_after_s)
    else:
        pause_s = config.waiting_retry_s if ended.is_waiting else config.idle_poll_s
    return pause_s * (1 + config.jitter * chance)
