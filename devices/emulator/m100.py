"""An emulated UHF module of the M100 family, in both flavours."""

from __future__ import annotations

import threading
from pathlib import Path

from devices.codecs.base import Answer
from devices.codecs.m100 import (
    ERROR,
    INFO,
    MULTI_POLL,
    NO_TAG,
    NOTICE,
    RESPONSE,
    SET_POWER,
    SET_REGION,
    SINGLE_POLL,
    STOP_POLL,
    Flavour,
    M100Codec,
    frame,
    gen2_crc,
)
from devices.emulator.asked_reader import AskedReader

INFOS = (b"M100 26dBm V1.0", b"V2.3.5", b"MagicRF")
"""Hardware, software, maker."""
POWERS = (2600, 2450, 2300, 2150, 2000, 1850)
"""Steps of the 26 dBm make, in hundredths of a dBm; it refuses every other value."""
ROUND_S = 0.03
"""Seconds of one round of a polling that goes on by itself."""
_RSSI = 0xC9
_DONE = b"\x00"
_COMMAND_ERROR = b"\x17"
_PARAMETER_ERROR = b"\x0e"
_GET_REGION, _GET_POWER = 0x08, 0xB7
_REGIONS = (1, 2, 3, 4, 6)


class EmulatedM100(AskedReader):
    """Answers as the module does: one notice for each tag near, or the error that there is none."""

    def __init__(self, stable_path: Path | None = None, *, flavour: Flavour = 0xBB) -> None:
        self._flavour: Flavour = flavour
        self._rounds_over = threading.Event()
        self._rounds: threading.Thread | None = None
        super().__init__(stable_path)

    def power_up(self) -> None:
        """Start at full power in the Chinese band."""
        self._codec = M100Codec()
        self._region, self._power = 1, POWERS[0]

    def tag_of(self, value: str) -> bytes:
        """Return the EPC of a tag: one to thirty-one words."""
        epc = bytes.fromhex(value)
        if not 2 <= len(epc) <= 62 or len(epc) % 2:
            raise ValueError(f"{value!r} is no EPC: it has 2 to 62 bytes, an even number")
        return epc

    def garble(self, value: str = "30751FEB705C5904E3D50D70") -> None:
        """Send one notice of a tag with a byte damaged on the way."""
        notice = bytearray(self._notice(self.tag_of(value)))
        notice[10] ^= 0x10
        self.send(bytes(notice))

    def hear(self, data: bytes) -> None:
        """Obey the commands in what the program wrote."""
        with self._lock:
            for event in self._codec.feed(data):
                if isinstance(event, Answer) and event.name == "command" and event.raw[0] == self._flavour:
                    self._obey(event.data[0], event.data[1:])

    def unplug(self) -> None:
        """Pull the plug."""
        self._end_rounds()
        super().unplug()

    def _obey(self, command: int, data: bytes) -> None:
        if command == SINGLE_POLL:
            self._poll()
        elif command == MULTI_POLL and len(data) == 3:
            self._begin_rounds(int.from_bytes(data[1:], "big"))
        elif command == STOP_POLL:
            self._rounds_over.set()
            self._answer(STOP_POLL, _DONE)
        else:
            self._set_or_tell(command, data)

    def _set_or_tell(self, command: int, data: bytes) -> None:
        if command == INFO and data and data[0] < len(INFOS):
            self._answer(INFO, data[:1] + INFOS[data[0]])
        elif command == SET_REGION and len(data) == 1 and data[0] in _REGIONS:
            self._region = data[0]
            self._answer(command, _DONE)
        elif command == SET_POWER and int.from_bytes(data, "big") in POWERS:
            self._power = int.from_bytes(data, "big")
            self._answer(command, _DONE)
        elif command == _GET_REGION:
            self._answer(command, bytes((self._region,)))
        elif command == _GET_POWER:
            self._answer(command, self._power.to_bytes(2, "big"))
        else:
            known = command in (INFO, SET_REGION, SET_POWER, MULTI_POLL)
            self._answer(ERROR, _PARAMETER_ERROR if known else _COMMAND_ERROR)

    def _poll(self) -> None:
        tags = self.near()
        for epc in tags:
            self.send(self._notice(epc))
        if not tags:
            self._answer(ERROR, bytes((NO_TAG,)))

    def _begin_rounds(self, count: int) -> None:
        self._rounds_over.set()
        self._rounds_over = over = threading.Event()
        self._rounds = threading.Thread(target=self._poll_on, args=(count, over), daemon=True)
        self._rounds.start()

    def _end_rounds(self) -> None:
        self._rounds_over.set()
        if self._rounds is not None:
            self._rounds.join()
            self._rounds = None

    def _poll_on(self, count: int, over: threading.Event) -> None:
        for _ in range(count):
            if over.wait(ROUND_S):
                return
            with self._lock:
                if not over.is_set():
                    self._poll()

    def _answer(self, command: int, data: bytes) -> None:
        self.send(frame(RESPONSE, command, data, self._flavour))

    def _notice(self, epc: bytes) -> bytes:
        pc_and_epc = (len(epc) // 2 << 11).to_bytes(2, "big") + epc
        data = bytes((_RSSI,)) + pc_and_epc + gen2_crc(pc_and_epc).to_bytes(2, "big")
        return frame(NOTICE, SINGLE_POLL, data, self._flavour)
