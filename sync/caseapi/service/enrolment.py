"""Tablets join: the desk makes a one-time code, the tablet brings it with its key, the desk confirms six digits."""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass

from sync.caseapi.errors import CodeRefused, DigitsRefused, ProtocolUnknown, UnknownGrid
from sync.caseapi.keys import ServerKeys
from sync.caseapi.storage.base import EnrolmentStore, FeedStore
from sync.caseapi.storage.values import CodeUse, EnrolmentOffer, EnrolmentState
from sync.enrolment import CODE_BYTES, Offer, code_digest, compare_digits, new_code
from sync.errors import WireError
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.wire import PROTOCOL, EnrolReply, EnrolRequest

CODE_LIFE_MS = 600_000
"""How long a one-time code can be used: ten minutes."""

_MAX_STREAMS = 100


@dataclass(frozen=True, slots=True)
class GivenOffer:
    """An invitation as the desk shows it."""

    offer: Offer
    grid: str
    expires_ms: int


@dataclass(frozen=True, slots=True)
class EnrolmentService:
    """Makes codes, takes keys, confirms digits.

    Attributes:
        name: what tablets show as the server's name.
        pins: SHA-256 of the keys with which TLS is made, base64; they stand in every offer.
        random_bytes: a good source of randomness.
    """

    enrolments: EnrolmentStore
    feeds: FeedStore
    keys: ServerKeys
    name: str
    pins: tuple[str, ...]
    now_ms: Callable[[], int]
    random_bytes: Callable[[int], bytes]

    async def offer(self, grid: str, origin: str) -> GivenOffer:
        """Make a one-time code for a tablet of a grid.

        Raises:
            UnknownGrid: no such grid is imported.
        """
        if await self.feeds.place_of(grid) is None:
            raise UnknownGrid(f"no grid {grid!r} is imported; see: caseapi import")
        code = new_code(self.random_bytes(CODE_BYTES))
        now_ms = self.now_ms()
        await self.enrolments.offer(EnrolmentOffer(code_digest(code), grid, now_ms, now_ms + CODE_LIFE_MS))
        return GivenOffer(Offer(origin, code, self.pins), grid, now_ms + CODE_LIFE_MS)

    async def use(self, request: EnrolRequest) -> EnrolReply:
        """Answer a tablet that brings a code; the same code with the same key is answered alike.

        Raises:
            ProtocolUnknown: the request speaks another protocol.
            WireError: the key is no Ed25519 public key.
            CodeRefused: the code is unknown, expired, or used by another key.
        """
        if request.protocol != PROTOCOL:
            raise ProtocolUnknown(f"this server speaks protocol {PROTOCOL}, the request {request.protocol}")
        public_key = _public_key(request.key)
        now_ms = self.now_ms()
        use = CodeUse(
            code_digest=code_digest(request.code),
            public_key=public_key,
            device=uuid7_at(now_ms, self.random_bytes(RANDOM_BYTES)),
            digits=compare_digits(request.code, public_key, self.keys.receipt_public),
            streams=tuple(stream[:36] for stream in request.streams[:_MAX_STREAMS]),
            now_ms=now_ms,
        )
        state = await self.enrolments.use_code(use)
        if state is None:
            raise CodeRefused("this code is unknown, older than ten minutes, or was used by another tablet")
        return self._reply(state, use.digits)

    async def confirm(self, digits: str) -> EnrolmentState:
        """Let the waiting tablet with these digits in.

        Raises:
            DigitsRefused: no waiting tablet shows them, or more than one does.
        """
        found = await self.enrolments.confirm(digits, self.now_ms())
        if not found:
            raise DigitsRefused(f"no waiting tablet shows {digits}")
        if len(found) > 1:
            raise DigitsRefused(f"{len(found)} waiting tablets show {digits}; give each a new code")
        return found[0]

    def _reply(self, state: EnrolmentState, digits: str) -> EnrolReply:
        return EnrolReply(
            status="confirmed" if state.is_confirmed else "pending",
            receipt_key=b64encode(self.keys.receipt_public).decode(),
            seal_key=b64encode(self.keys.seal_public).decode(),
            server=self.name,
            device=str(state.device) if state.is_confirmed else None,
            digits=digits,
        )


def _public_key(text: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise WireError("not base64 - at `$.key`") from exc
    if len(key) != 32:
        raise WireError("an Ed25519 public key has 32 bytes - at `$.key`")
    return key
