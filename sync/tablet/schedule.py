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


class Cut(Struct, frozen=True):
    """The connection was cut.

    Attributes:
        unmoved: how often in a row, this time included, without anything new that came through before.
        again: how often this attempt was already tried again.
    """

    unmoved: int = 1
    again: int = 0


def pause_after_cut_s(cut: Cut, config: ExchangeConfig, chance: float) -> float | None:
    """Return how long to pause before an attempt is tried again, or None when it has to end.

    Args:
        chance: from 0 to 1; the tablets of a district may all have been cut off in the same moment.
    """
    if cut.unmoved > config.again_unmoved or cut.again >= config.again_most:
        return None
    return config.again_first_s + config.again_spread_s * chance


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
