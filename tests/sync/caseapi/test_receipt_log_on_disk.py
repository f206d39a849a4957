"""The file of receipts is on disk by name, too, once somebody was answered."""

import os
from pathlib import Path

import pytest

from sync.caseapi.storage.receipt_log import LoggedReceipt, ReceiptLog

LINE = LoggedReceipt("ABCDEF", "stream", 3, 1, "incarnation", "device", "")


def test_a_new_file_of_receipts_is_synced_with_the_folder_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    log = ReceiptLog(tmp_path / "receipts.log")
    log.append([LINE])
    log.append([LINE])
    assert synced == [str(log.path), str(tmp_path), str(log.path)]
