"""Mutants that are no other program: whoever reads them can see why no test could tell them apart."""

_TABLET = "sync/tablet/store"
_CENTRAL = "sync/caseapi/storage/sqlite"

_TUNED = "a tuning number, no promise: the next one is as right"
_ORDERED = "the number is only compared with others of its table: larger is newer, gaps mean nothing"
_DICTIONARY = "the rows become a dictionary, whose order nobody looks at"

_SAID = (
    (
        _ORDERED,
        "drafts.py:_put",
        "'select coalesce(max(touched), 0) + 1 from drafts'",
        "'select coalesce(max(touched), 1) + 1 from drafts'",
    ),
    (
        _ORDERED,
        "drafts.py:_put",
        "'select coalesce(max(touched), 0) + 1 from drafts'",
        "'select coalesce(max(touched), 0) + 2 from drafts'",
    ),
    (
        _ORDERED,
        "receipts.py:store_receipt",
        ") values ((select coalesce(max(number), 0) + 1 from receipts), ?, ?, ?, ?, ?, ?)'",
        ") values ((select coalesce(max(number), 1) + 1 from receipts), ?, ?, ?, ?, ?, ?)'",
    ),
    (
        _ORDERED,
        "receipts.py:store_receipt",
        "ues ((select coalesce(max(number), 0) + 1 from receipts), ?, ?, ?, ?, ?, ?)'",
        "ues ((select coalesce(max(number), 0) + 2 from receipts), ?, ?, ?, ?, ?, ?)'",
    ),
    (
        _DICTIONARY,
        "feeds.py:Feeds.cursors",
        ", number, mark from feeds order by scope'",
        ", number, mark from feeds order by scope desc'",
    ),
)

EQUIVALENT: dict[str, str] = {
    **{
        f"{_TABLET}/{place}": _TUNED
        for place in (
            "connections.py:-: 5000 -> 5001",
            "connections.py:-: 4000 -> 4001",
            "journal.py:-: 500 -> 501",
            "media_files.py:-: 256 -> 257",
            "media_files.py:-: 1024 -> 1025",
            "purging.py:-: 200 -> 201",
            "writer.py:-: 64 -> 65",
        )
    },
    **{
        f"{_CENTRAL}/{place}": _TUNED
        for place in (
            "connection.py:-: 16000 -> 16001",
            "connection.py:-: 5.0 -> 6.0",
            "desk.py:SqliteDesk.cases: 100 -> 101",
            "desk.py:SqliteDesk.receipts: 100 -> 101",
            "exchanging.py:-: 8 -> 9",
            "opening.py:-: 2000 -> 2001",
            "readers.py:-: 2 -> 3",
            "writer.py:-: 2048 -> 2049",
            "writer.py:-: 1024 -> 1025",
            "writer.py:-: 64 -> 65",
            "writer.py:-: 256 -> 257",
            "writer.py:-: 1.0 -> 2.0",
        )
    },
    **{f"{_TABLET}/{place}: {before} -> {after}": reason for reason, place, before, after in _SAID},
}
"""Name of the mutant to the reason."""
