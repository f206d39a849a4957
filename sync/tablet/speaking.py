"""What the exchange and whoever speaks with the server pass to one another: values only.

Loaded with the first exchange, unlike `sync.tablet.values`: a start does without it.
"""

from typing import Literal

from msgspec import Struct

from sync.media import UploadState
from sync.tablet.config import ExchangeConfig


class Answer(Struct, frozen=True):
    """What came back over HTTP with status 200.

    Attributes:
        content_type: as the header says.
        body: after inflating.
        sent: the request's body as it went over the wire, which the proof covers.
    """

    content_type: str
    body: bytes
    sent: bytes


PartOutcome = Literal["kept", "elsewhere", "unnamed", "discarded"]
"""What the server did with a part: kept it; holds another length; knows no such photo; found the whole one wrong."""


class PartAnswer(Struct, frozen=True):
    """What the server says to a part of a photo."""

    outcome: PartOutcome
    state: UploadState


class Speaker(Struct, frozen=True):
    """With whom to speak, and as whom.

    Attributes:
        pins: SHA-256 of the server's public keys, base64; empty without TLS on this machine.
        device, key: id and 32 bytes of the private Ed25519 key of an enrolled tablet, else empty.
        coding: the coding of request bodies that the server was known to read.
    """

    origin: str
    pins: tuple[str, ...]
    config: ExchangeConfig
    device: str = ""
    key: bytes = b""
    coding: str = ""
