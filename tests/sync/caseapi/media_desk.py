"""What tests of uploads share: photos that are no photos, records that name them, and signed requests about them."""

from hashlib import sha256
from typing import Any

import httpx

from sync.media import MEDIA_PATH, PART_TYPE, UploadState, upload_state
from sync.records import MediaRef
from tests.sync.caseapi import harness
from tests.sync.caseapi.harness import Tablet

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


def picture(size: int, seed: int = 0) -> bytes:
    """Return bytes that begin as a JPEG does; another seed gives others."""
    block = sha256(seed.to_bytes(4, "big")).digest()
    return (JPEG + block * (size // len(block) + 1))[:size]


def name_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def ref(data: bytes, **fields: Any) -> MediaRef:
    return MediaRef(**({"sha256": name_of(data), "bytes": len(data), "mime": "image/jpeg", "role": "before"} | fields))


async def head(tablet: Tablet, name: str) -> httpx.Response:
    url = f"{harness.ORIGIN}{MEDIA_PATH}/{name}"
    return await tablet.client.head(url, headers=tablet.signed("HEAD", url, b""))


async def patch(tablet: Tablet, name: str, offset: int | str, data: bytes, **headers: str) -> httpx.Response:
    url = f"{harness.ORIGIN}{MEDIA_PATH}/{name}"
    given = {"content_type": PART_TYPE, "upload_offset": str(offset)} | headers
    return await tablet.client.patch(url, content=data, headers=tablet.signed("PATCH", url, data, **given))


def state(answer: httpx.Response) -> UploadState | None:
    return upload_state(answer.headers)
