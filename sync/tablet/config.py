"""Every timeout, size and pause of the exchange, in one place."""

from msgspec import Struct


class ExchangeConfig(Struct, frozen=True):
    """How the tablet exchanges.

    Attributes:
        connect_timeout_s: how long to wait for a connection; a weak network often needs several seconds.
        answer_timeout_s: how long to wait for the next byte either way.
        max_records: most records of one request.
        max_batch_bytes: most bytes of its records together; what is left of the protocol's limit is for the rest.
        debounce_s: pause after a save before it is sent, so that records made together travel together.
        waiting_retry_s: pause between attempts while something waits and nothing failed.
        idle_poll_s: pause between attempts when nothing waits: only feeds can bring something.
        again_first_s, again_spread_s: pause after a cut connection, and what chance adds to it at most.
        again_unmoved: how often in a row it is tried again so soon although nothing new came through.
        again_most: how often it is tried again so soon within one attempt, whatever came through.
        backoff_first_s, backoff_most_s: pause after the first failure, doubling up to the longest.
        room_bytes: free space of the disk below which nothing new is fetched, so that saving goes on the longer.
        first_part_bytes: how much of a photo the first request carries; halved after a timeout, grown when it was not.
        photos_at_once: how many photos are under way: one fills the line while another awaits its answer.
        stop_wait_s: how long the end of the program waits for an exchange under way.
        jitter: part of a pause that chance adds, so that tablets do not come back in step.
    """

    connect_timeout_s: float = 10.0
    answer_timeout_s: float = 30.0
    max_records: int = 500
    max_batch_bytes: int = 960 * 1024
    debounce_s: float = 5.0
    waiting_retry_s: float = 180.0
    idle_poll_s: float = 900.0
    again_first_s: float = 0.1
    again_spread_s: float = 0.5
    again_unmoved: int = 2
    again_most: int = 20
    backoff_first_s: float = 5.0
    backoff_most_s: float = 300.0
    room_bytes: int = 100 * 1024 * 1024
    first_part_bytes: int = 256 * 1024
    photos_at_once: int = 2
    stop_wait_s: float = 2.0
    jitter: float = 0.5
