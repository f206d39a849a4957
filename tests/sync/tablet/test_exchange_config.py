"""What the tablet puts into one request fits what the protocol lets through."""

from sync.tablet.config import ExchangeConfig
from sync.wire import MAX_BODY_BYTES, MAX_RECORDS

ROOM_BYTES = 64 * 1024
"""Left in a body for everything but records."""


def test_a_full_request_is_what_the_protocol_allows() -> None:
    config = ExchangeConfig()
    assert config.max_records == MAX_RECORDS
    assert config.max_batch_bytes == MAX_BODY_BYTES - ROOM_BYTES
