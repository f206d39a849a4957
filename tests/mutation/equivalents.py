"""Mutants that are no other program: whoever reads them can see why no test could tell them apart."""

_TABLET = "sync/tablet/store"
_CENTRAL = "sync/caseapi/storage/sqlite"

_SHARED = "sync/caseapi/storage"
_POSTGRES = "sync/caseapi/storage/postgres"

_TUNED = "a tuning number, no promise: the next one is as right"
_ORDERED = "the number is only compared with others of its table: larger is newer, gaps mean nothing"
_DICTIONARY = "the rows become a dictionary, whose order nobody looks at"
_SHORTENED = "how much of a file's hash stands in the sentence of an error"
_CLOSED = "any number below 0 says that no file is open, and 0 to 2 are the process's own streams"
_PAST_THE_END = "one step past the last token finds none there, and ends the loop as well"
_SAME_RANGE = "no step of the range falls between the two ends"
_ONLY_SYNCED = "what is opened is there and is only synced, for which any way of opening will do"
_SET_AT_ONCE = "whoever opens a part cuts it back to its offset at once, which sets it"
_AS_LONG = "both are as long as what is counted"
_SAVES_A_QUESTION = "a feed that is asked from its beginning stands at no end, and is read whole all the same"
_SAID_BY_BEGIN = "every transaction says so as it begins, before anybody asks"
_ONLY_ANOTHER = "it is only compared for being another one than before"
_A_TRUTH = "only asked whether it is 0"
_ADDRESSES = "Debian's SQLite takes addresses without being told"
_QUICKER = "it changes no value, only the time to bind one"
_NO_TYPES = "what is loaded for types alone may be loaded anyway"
_NO_SUCH_NUMBER = "no table holds such a number, and the next power is still one that SQLite can be asked for"
_NOTHING_BEHIND = "behind the proven place nothing has been told, so there is nothing to forget"
_ENDED_BY_ASYNCPG = "asyncpg ends a connection by itself when its goodbye fails; this is for a version that does not"

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
    f"{_CENTRAL}/feeding.py:_is_known: 1 -> 2": _NO_SUCH_NUMBER,
    f"{_CENTRAL}/feed_heads.py:FeedHeads.nothing_new: any((each.cursor is None for each in wanted))"
    " -> all((each.cursor is None for each in wanted))": _SAVES_A_QUESTION,
    **{
        f"{_SHARED}/{place}": _TUNED
        for place in (
            "administration.py:-: 200 -> 201",
            "casework.py:-: 100 -> 101",
            "cells.py:-: 111000.0 -> 111001.0",
            "cells.py:cells_around: 57 -> 58",
            "receipt_log.py:-: 1024 -> 1025",
            "search_text.py:-: 200 -> 201",
            "search_text.py:-: 4000 -> 4001",
            "searching.py:-: 100 -> 101",
            "staging.py:-: 256 -> 257",
            "staging.py:-: 1024 -> 1025",
        )
    },
    **{
        f"{_SHARED}/figures.py:-: {before} -> {after}": _SAME_RANGE
        for before, after in ((73, 74), (169, 170), (721, 722), (8641, 8642))
    },
    **{f"{_SHARED}/blobs.py:FileBlobs.{name}: 12 -> 13": _SHORTENED for name in ("put", "size", "read", "discard")},
    **{
        f"{_SHARED}/{place}": _CLOSED
        for place in (
            "holding.py:Hold.__init__: 1 -> 2",
            "holding.py:Hold.close: 1 -> 2",
            "holding.py:Hold.close: 0 -> 1",
            "holding.py:Hold.close: self._descriptor >= 0 -> self._descriptor > 0",
            "staging.py:StagedPart.close: 1 -> 2",
            "staging.py:StagedPart.close: 0 -> 1",
            "staging.py:StagedPart.close: self._descriptor >= 0 -> self._descriptor > 0",
        )
    },
    **{
        f"{_SHARED}/{place}": _ONLY_SYNCED
        for place in (
            "staging.py:Staging.held: os.O_RDWR | os.O_CLOEXEC -> os.O_RDWR & os.O_CLOEXEC",
            "receipt_log.py:ReceiptLog._sync_folder: os.O_RDONLY | os.O_DIRECTORY -> os.O_RDONLY & os.O_DIRECTORY",
            "blobs.py:sync_folder: os.O_RDONLY | os.O_DIRECTORY -> os.O_RDONLY & os.O_DIRECTORY",
            "blobs.py:sync_folder: os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC"
            " -> (os.O_RDONLY | os.O_DIRECTORY) & os.O_CLOEXEC",
        )
    },
    f"{_SHARED}/staging.py:StagedPart.__init__: self.offset = offset -> pass": _SET_AT_ONCE,
    f"{_SHARED}/figures.py:summed: True -> False": _AS_LONG,
    f"{_SHARED}/search_text.py:marked: place < len(tokens) -> place <= len(tokens)": _PAST_THE_END,
    **{
        f"{_POSTGRES}/{place}": _TUNED
        for place in (
            "connection.py:-: 10.0 -> 11.0",
            "connection.py:-: 5.0 -> 6.0",
            "connection.py:-: 512 -> 513",
            "connection.py:-: 1000 -> 1001",
            "writer.py:-: 5 -> 6",
        )
    },
    f"{_POSTGRES}/session.py:Session.__init__: False -> True": _SAID_BY_BEGIN,
    f"{_POSTGRES}/session.py:Session.__init__: self.is_worth_again = False -> pass": _SAID_BY_BEGIN,
    f"{_POSTGRES}/store.py:PostgresHeads.nothing_new: any((each.cursor is None for each in wanted))"
    " -> all((each.cursor is None for each in wanted))": _SAVES_A_QUESTION,
    f"{_POSTGRES}/connection.py:PostgresConnection.close: self._asked.terminate() -> pass": _ENDED_BY_ASYNCPG,
    **{
        f"{_TABLET}/{place}": reason
        for place, reason in (
            ("connections.py:_connect: True -> False", _ADDRESSES),
            ("connections.py:-: bind_directly() -> pass", _QUICKER),
            (
                "migrations.py:-: if TYPE_CHECKING: from sqlite_utils import Database"
                " -> if not TYPE_CHECKING: from sqlite_utils import Database",
                _NO_TYPES,
            ),
            ("outbox.py:_settle: watermark < stream.watermark -> watermark <= stream.watermark", _NOTHING_BEHIND),
            ("reference.py:Reference.changed: self._generation += 1 -> self._generation -= 1", _ONLY_ANOTHER),
            ("reference.py:Reference.changed: 1 -> 2", _ONLY_ANOTHER),
            ("writer.py:Writer._transact: 0 -> 1", _TUNED),
            (
                "media.py:Media.lose.change: date media set lost = 1, acknowledged = 1 where sha256 = ?'"
                " -> date media set lost = 1, acknowledged = 2 where sha256 = ?'",
                _A_TRUTH,
            ),
        )
    },
    **{f"{_TABLET}/{place}: {before} -> {after}": reason for reason, place, before, after in _SAID},
}
"""Name of the mutant to the reason."""
