"""Each receipt is a line of its own in the file, whatever was cut off before it; none is forgotten by a full disk."""

import errno
import os
from base64 import b64encode
from pathlib import Path
from uuid import UUID

import pytest

from sync.caseapi.storage import receipt_log
from sync.caseapi.storage.receipt_log import LoggedReceipt, ReceiptLog
from sync.caseapi.storage.rows import ReceiptRow

SIGNED = bytes(range(129))
ROW = ReceiptRow("ABCDEF", UUID(int=1), UUID(int=2), "grid", 3, 1_700_000_000, SIGNED)


def line(watermark: int) -> LoggedReceipt:
    return LoggedReceipt("ABCDEF", "stream", watermark, 1, "incarnation", "device", "")


@pytest.fixture
def log(tmp_path: Path) -> ReceiptLog:
    return ReceiptLog(tmp_path / "receipts.log")


def test_a_line_says_all_of_a_receipt_but_its_grid() -> None:
    made = LoggedReceipt.of(ROW, UUID(int=4))
    assert made == LoggedReceipt(
        code="ABCDEF",
        stream=str(UUID(int=1)),
        watermark=3,
        time_s=1_700_000_000,
        incarnation=str(UUID(int=4)),
        device=str(UUID(int=2)),
        signed=b64encode(SIGNED).decode(),
    )
    assert (made.signed_bytes, made.key) == (SIGNED, (str(UUID(int=1)), 3, str(UUID(int=4))))


@pytest.mark.parametrize("spoilt", ["AAA", "AA=A", "A!AA", "AAAA!", "名"])
def test_a_spoilt_receipt_has_no_bytes_that_a_signature_could_fit(spoilt: str) -> None:
    assert LoggedReceipt("ABCDEF", "stream", 1, 1, "incarnation", "device", spoilt).signed_bytes == b""


def test_lines_are_read_in_the_order_written_and_only_the_owner_reads_the_file(log: ReceiptLog) -> None:
    assert (list(log.lines()), log.newest_keys()) == ([], set())
    log.append([])
    assert not log.path.exists()
    log.append([line(1), line(2)])
    log.append(iter([line(3)]))
    assert list(log.lines()) == [line(1), line(2), line(3)]
    assert log.newest_keys() == {("stream", n, "incarnation") for n in (1, 2, 3)}
    assert log.path.read_bytes().count(b"\n") == 3
    assert log.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("left_bytes", range(1, 12))
def test_a_line_cut_short_is_passed_over_and_swallows_none(log: ReceiptLog, left_bytes: int) -> None:
    log.append([line(1), line(2)])
    whole = log.path.read_bytes()
    log.path.write_bytes(whole[: len(whole) // 2 + left_bytes])
    log.append([line(3)])
    log.append([line(4)])
    assert list(log.lines()) == [line(1), line(3), line(4)]
    assert len(log.path.read_bytes().splitlines()) == 4


def test_a_spoilt_line_in_the_middle_hides_no_other(log: ReceiptLog) -> None:
    log.append([line(1)])
    with log.path.open("ab") as file:
        file.write(b'\xff\xfe\n{"code": 1}\n\n')
    log.append([line(2)])
    assert list(log.lines()) == [line(1), line(2)]


def test_the_newest_lines_are_found_at_the_end_of_a_long_file(log: ReceiptLog, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append([line(n) for n in range(1, 10)])
    one = len(log.path.read_bytes()) // 9
    monkeypatch.setattr(receipt_log, "_TAIL_BYTES", 2 * one)
    assert log.newest_keys() == {("stream", n, "incarnation") for n in (8, 9)}
    monkeypatch.setattr(receipt_log, "_TAIL_BYTES", 3 * one - 1)
    assert log.newest_keys() == {("stream", n, "incarnation") for n in (8, 9)}
    monkeypatch.setattr(receipt_log, "_TAIL_BYTES", 100 * one)
    assert len(log.newest_keys()) == 9


def test_the_tail_covers_more_receipts_than_are_ever_owed(log: ReceiptLog) -> None:
    from sync.caseapi.storage.sqlite.opening import OWED_RECEIPTS

    log.append([LoggedReceipt.of(ROW, UUID(int=n)) for n in range(OWED_RECEIPTS)])
    assert len(log.newest_keys()) == OWED_RECEIPTS


def test_what_a_full_disk_refused_is_written_with_the_next_one(
    log: ReceiptLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append([line(1)])

    def fails(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "open", fails)
        log.append([line(2)])
        log.append([line(3)])
    assert list(log.lines()) == [line(1)]
    log.append([])
    log.append([])
    assert list(log.lines()) == [line(1), line(2), line(3)]


def test_a_write_that_takes_a_part_is_gone_on_with(log: ReceiptLog, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.fdopen

    class Slow:
        """A file that takes seven bytes at a time, and now and then none."""

        def __init__(self, *words: object, **named: object) -> None:
            self._file = opened(*words, **named)  # type: ignore[call-overload]  # as the module opens it
            self._writes = 0

        def __enter__(self) -> "Slow":
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        def __getattr__(self, name: str) -> object:
            return getattr(self._file, name)

        def write(self, data: bytes) -> int | None:
            self._writes += 1
            return None if self._writes % 3 == 0 else self._file.write(data[:7])

    monkeypatch.setattr(os, "fdopen", Slow)
    log.append([line(1)])
    log.append([line(2), line(3)])
    assert list(log.lines()) == [line(1), line(2), line(3)]
    assert log.path.read_bytes().count(b"\n") == 3


def test_no_file_stays_open(log: ReceiptLog) -> None:
    before = set(os.listdir("/proc/self/fd"))
    log.append([line(1)])
    log.append([line(2)])
    list(log.lines())
    log.newest_keys()
    assert set(os.listdir("/proc/self/fd")) == before
