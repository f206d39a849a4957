"""One framing per file: bytes in, accepted reads and faults out; no port, no clock."""
