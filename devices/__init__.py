"""Readers, scanners and receivers in, readings out; knows nobody else in this project.

How bytes become a reading::

    ports.py  open, read, wake, close; every failure of the serial library becomes one of errors.py
    codecs/   one framing per file: bytes in, accepted reads and faults out; no port, no clock
    models/   one reader per file: its name, medium, framing, line settings and role
    dialogues/   how each reader that must be asked is asked: wake, set up, poll; and how it is recognised
    dialogue.py  what a reader that must be asked is told, as steps; driving.py does them on a port
    link.py   one thread per port: open, drive, reconnect; hearing.py says what it hears, with presence.py and faults.py
    detection.py  which reader hangs on a port, decided; detector.py searches for it, memory.py knows it the next time
    station.py  all readers of a tablet: slot.py one of them, assignment.py who is looked for where, trial.py by hand
    gnss.py   what positions say together: age, date, clock; receiver.py keeps the newest for whoever asks
    wedge.py  the same for scanners that type like a keyboard

To add a reader with a known framing: a new file in ``models/``, a capture in ``tests/devices/captures/`` and
one line in ``MODELS``. The contract suite, ``decode`` and the link take it from there. A new framing is a new
file in ``codecs/`` that fulfils ``codecs/base.py`` and its example frames in ``tests/devices/captures/``.
"""
