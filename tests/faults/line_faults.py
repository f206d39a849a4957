"""Everything that can happen to a request or to its reply. A function returns False where it does not apply."""

import ssl
from collections.abc import Callable

import httpx

from tests.faults.journey import TIMEOUT_MS, Journey, Received, cut_place, head_bytes

SMALL_PROXY_BYTES = 500
"""Largest body that a proxy with a small limit lets through."""

_PORTAL = b"<html><p>log in</p></html>"
_PORTALS = ((200, "text/html"), (200, "application/json"), (302, "text/html"), (511, "text/html"))


def _lost_request(journey: Journey) -> None:
    journey.give_up()


def _lost_reply(journey: Journey) -> None:
    journey.deliver(journey.delay(), journey.drop)
    journey.give_up()


def _doubled(journey: Journey) -> None:
    bringing = [journey.bring, journey.drop]
    journey.random.shuffle(bringing)
    first = journey.delay()
    journey.deliver(first, bringing[0])
    journey.deliver(first + journey.random.choice((0, journey.delay(), 5_000, 200_000)), bringing[1])
    journey.give_up()


def _late_request(journey: Journey) -> None:
    journey.deliver(TIMEOUT_MS + journey.random.choice((1, 2_000, 60_000, 900_000)), journey.drop)
    journey.give_up()


def _late_reply(journey: Journey) -> None:
    journey.deliver(journey.delay(), lambda got: journey.line.here.after(TIMEOUT_MS * 2, journey.bring, got))
    journey.give_up()


def _cut_request(journey: Journey) -> str:
    sent = journey.sent
    place, where = cut_place(journey.random, head_bytes(sent.headers), len(sent.body))
    if place is not None:
        # Behind the last byte the server has it all, and the tablet cannot know.
        journey.deliver(journey.delay(), journey.drop, cut_at=None if place == len(sent.body) else place)
    journey.fail_after(journey.delay(), httpx.WriteError("connection reset"))
    return where


def _slow_body(journey: Journey) -> bool:
    if not journey.sent.body:
        return False
    # The longest is longer than the case API waits.
    pause_s = journey.random.choice((0.3, 2.0, 25.0))
    journey.deliver(journey.delay(), journey.bring, pause_s=pause_s)
    journey.give_up()
    return True


def _cut_reply(journey: Journey) -> None:
    journey.deliver(journey.delay(), journey.cut)


def _truncated_reply(journey: Journey) -> None:
    journey.deliver(journey.delay(), journey.truncate)


def _stale_reply(journey: Journey) -> bool:
    if not journey.line.earlier:
        return False
    journey.answer_after(journey.delay(), journey.random.choice(journey.line.earlier))
    if journey.random.random() < 0.5:
        journey.deliver(journey.delay(), journey.drop)
    return True


def _refused(journey: Journey) -> None:
    journey.fail_after(journey.delay(), httpx.ConnectError("connection refused"))


def _portal(journey: Journey) -> None:
    status, kind = journey.random.choice(_PORTALS)
    journey.answer_after(journey.delay(), Received(status, {"content-type": kind}, _PORTAL))


def _gateway(journey: Journey) -> None:
    if journey.random.random() < 0.5:
        journey.deliver(journey.delay(), journey.drop)
    status = journey.random.choice((500, 502, 504))
    journey.answer_after(journey.delay(), Received(status, {"content-type": "text/html"}, b"<p>bad gateway</p>"))


def _busy(journey: Journey) -> None:
    status = journey.random.choice((429, 503))
    journey.answer_after(journey.delay(), Received(status, {"retry-after": "2"}, b""))


def _too_large(journey: Journey) -> bool:
    if len(journey.sent.body) <= SMALL_PROXY_BYTES:
        return False
    journey.answer_after(journey.delay(), Received(413, {}, b""))
    return True


def _certificate(journey: Journey) -> None:
    failed = httpx.ConnectError("certificate has expired")
    failed.__cause__ = ssl.SSLCertVerificationError(1, "certificate has expired")
    journey.fail_after(journey.delay(), failed)


FAULTS: dict[str, Callable[[Journey], bool | str | None]] = {
    "lost_request": _lost_request,
    "lost_reply": _lost_reply,
    "doubled": _doubled,
    "late_request": _late_request,
    "late_reply": _late_reply,
    "cut_request": _cut_request,
    "slow_body": _slow_body,
    "cut_reply": _cut_reply,
    "truncated_reply": _truncated_reply,
    "stale_reply": _stale_reply,
    "refused": _refused,
    "portal": _portal,
    "gateway": _gateway,
    "busy": _busy,
    "too_large": _too_large,
    "certificate": _certificate,
}
"""Kind of fault to what happens; a text says where in the request or the answer."""
