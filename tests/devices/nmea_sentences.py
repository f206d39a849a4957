"""Sentences of a GNSS receiver, with their check."""

from functools import reduce
from operator import xor


def sentence(body: str) -> bytes:
    """Return a sentence without line end."""
    data = body.encode("latin-1")
    return b"$%b*%02X" % (data, reduce(xor, data, 0))


def rmc(
    time: str = "015503.00",
    lat: str = "4536.12345",
    lon: str = "12638.54321",
    *,
    status: str = "A",
    date: str = "130126",
    tail: str = ",,A",
    talker: str = "GN",
) -> bytes:
    """Return an RMC; ``tail`` is what follows the date."""
    return sentence(f"{talker}RMC,{time},{status},{lat},N,{lon},E,0.1,,{date}{tail}")


def gga(
    time: str = "015503.00",
    lat: str = "4536.12345",
    lon: str = "12638.54321",
    *,
    quality: str = "1",
    satellites: str = "08",
    hdop: str = "0.9",
    talker: str = "GN",
) -> bytes:
    """Return a GGA."""
    return sentence(f"{talker}GGA,{time},{lat},N,{lon},E,{quality},{satellites},{hdop},142.6,M,5.1,M,,")


def gst(north: str = "1.5", east: str = "2.0") -> bytes:
    """Return a GST with its two horizontal spreads."""
    return sentence(f"GNGST,015503.00,12,1.9,1.2,45.0,{north},{east},3.1")


def gsa(hdop: str = "0.8") -> bytes:
    """Return a GSA."""
    return sentence(f"GNGSA,A,3,04,05,09,12,24,25,29,31,,,,,1.5,{hdop},1.3")
