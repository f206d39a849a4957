"""Sending line by line until the receipt, putting right, and news that waits for the next question."""

from msgspec.structs import replace

from sync.journal import Enrolment, SyncFault, SyncPhase, SyncStatus
from sync.receipt_files import receipt_in
from sync.records import CaseReport, Visit
from tests.fieldapp.fakes import BADGE_2, PIN_1, PLATE_ENTRANCE_11, World, make_world
from tests.fieldapp.plain.talker import Talker

SENDING: tuple[SyncPhase, ...] = ("connecting", "sending", "sending", "done")


def after_a_report(world: World | None = None, *, is_typed: bool = True) -> Talker:
    talker = Talker(world or make_world().signed_in(), is_typed=is_typed)
    if not is_typed:
        talker.types("1", PIN_1)
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("2", "1", "1", "1")
    return talker


def sends_all(talker: Talker) -> None:
    """Let the sync worker send everything, and the talker hear of it."""
    count = len(talker.world.journal.rows)
    for sent, phase in zip((0, 0, count, count), SENDING, strict=True):
        if phase == "done":
            talker.world.journal.settle(count)
        proven_ms = talker.world.clock.now_ms() if phase == "done" else None
        talker.world.exchange.become(SyncStatus(phase, sent=sent, total=count, proven_at_ms=proven_ms))
    talker.waits()


def test_sending_says_how_far_it_is_and_ends_with_the_receipts_six_characters() -> None:
    talker = after_a_report()
    talker.types("5")
    assert talker.hears("3 records to be sent, They are safe on this tablet.", "3 saved, 0 sent, 3 to be sent")
    talker.types("9")
    assert talker.heard == "", "no question is asked while it is under way"
    sends_all(talker)
    assert talker.hears("Connecting", "Sending: 0 of 3 sent", "Sending: 3 of 3 sent", "All sent")
    assert talker.hears("Records sent, may be switched off", "Receipt A 7 K 2 Q M", "1 Stair light out, Sent, 08:00")
    assert talker.hears("Your choice")


def test_sending_says_how_long_it_still_takes() -> None:
    talker = after_a_report()
    talker.types("5", "9")
    talker.world.exchange.become(SyncStatus("connecting"))
    talker.world.exchange.become(SyncStatus("sending", sent=3, total=3, photos_sent=2, photos_total=9, send_left_s=180))
    talker.waits()
    assert talker.hears("Sending photos: 2 of 9, about 3 min left")


def test_progress_is_said_once_however_often_it_is_told() -> None:
    talker = after_a_report()
    talker.types("5", "9")
    for _time in range(5):
        talker.world.exchange.become(SyncStatus("connecting"))
    talker.waits()
    assert talker.heard == "Connecting\n"


def test_without_a_network_the_reason_is_said_and_work_goes_on() -> None:
    talker = after_a_report()
    talker.types("5", "9")
    talker.world.exchange.become(SyncStatus("connecting"))
    talker.world.exchange.become(SyncStatus("offline", fault=SyncFault("E-OFFLINE")))
    talker.waits()
    assert talker.hears("Network: Offline", "No network. (E-OFFLINE), Go on working", "Your choice")
    talker.types("0", "2")
    assert talker.page == "problem"


def test_whoever_types_meanwhile_leaves_the_sync_to_itself_and_the_line_is_not_lost() -> None:
    talker = after_a_report()
    talker.types("5", "9")
    assert talker.conversation.wants_lines
    talker.types("0")
    assert talker.hears("It goes on by itself", "网格员 1, Round 1")
    talker.types("5", "9", "")
    assert talker.hears("It goes on by itself", "Your choice")


def test_a_script_waits_until_all_is_sent_before_its_next_line() -> None:
    talker = after_a_report(is_typed=False)
    talker.types("5", "9")
    assert not talker.conversation.wants_lines
    sends_all(talker)
    assert talker.conversation.wants_lines


def test_what_was_saved_while_a_sync_was_under_way_is_waited_for_too() -> None:
    talker = after_a_report(is_typed=False)
    talker.types("0", "6", "1")
    requests = talker.world.exchange.requests
    talker.world.exchange.become(SyncStatus("connecting"))
    talker.world.media.unsettled = 1
    talker.world.exchange.become(SyncStatus("done"))
    talker.waits()
    assert talker.world.exchange.requests == requests + 1
    assert not talker.conversation.wants_lines
    talker.world.media.unsettled = 0
    sends_all(talker)
    assert talker.hears("Receipt A 7 K 2 Q M")
    assert talker.conversation.wants_lines


def test_the_receipt_is_said_as_text_only_when_it_is_asked_for() -> None:
    talker = after_a_report()
    talker.types("5", "r")
    assert talker.hears("Receipt, Send first")
    talker.types("9")
    sends_all(talker)
    talker.types("r")
    assert talker.hears("The server holds records 1 to 3 of this tablet", "2026-11-23", "Receipt A 7 K 2 Q M")
    assert max(len(line) for line in talker.heard.splitlines()) > 150, "the whole receipt"


def test_a_receipt_is_said_so_that_it_can_be_checked_whatever_its_bytes() -> None:
    # In the letters of the square code these bytes are full of spaces, of which a line keeps no two.
    signed = b"\x06\x78" * 64 + b"\x06"
    talker = after_a_report()
    talker.types("5", "9")
    sends_all(talker)
    assert talker.world.journal.receipt is not None
    talker.world.journal.receipt = replace(talker.world.journal.receipt, signed=signed)
    talker.types("0", "5", "r")
    text = max(talker.heard.splitlines(), key=len)
    assert receipt_in(text.encode()) == signed


def test_a_record_kept_apart_is_put_right_with_one_key() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    talker.types("4", "1", "1")
    world = talker.world
    (wrong,) = [row for row in world.journal.rows if row.record.kind == "visit"]
    world.journal.settle(len(world.journal.rows))
    world.journal.judge(wrong.n, "quarantined", "bad_shape", "a field")
    talker.types("5")
    assert talker.hears("1 to put right", "1 Care visit, To put right, A field is not as it should be: a field")
    assert talker.hears("M Put right")
    talker.types("1")
    assert talker.hears("Put it right: the form opens with what it says.", "6 Put right")
    talker.types("0", "m")
    assert talker.page == "visit"
    assert talker.hears("Care visit")
    talker.types("2")
    assert world.journal.rows[-1].record.amends == wrong.record.id
    body = talker.body()
    assert isinstance(body, Visit)
    assert body.outcome == "absent"


def test_a_problem_kept_apart_opens_with_what_it_says() -> None:
    talker = after_a_report()
    world = talker.world
    world.journal.settle(3)
    world.journal.judge(3, "quarantined", "unknown_ref")
    talker.types("5", "m")
    assert talker.hears("Words, Seen on the patrol")
    talker.types("3", "1")
    body = talker.body()
    assert isinstance(body, CaseReport)
    assert body.severity == 3


def test_the_outbox_is_paged_by_two_keys() -> None:
    talker = Talker(make_world().signed_in())
    talker.scans(PLATE_ENTRANCE_11)
    for _time in range(9):
        talker.types("1", PLATE_ENTRANCE_11, "7")
    talker.types("0", "5")
    count = len(talker.world.journal.rows)
    assert talker.hears(f"1 to 8 of {count}, + More rows, - Rows before")
    talker.types("+")
    assert talker.hears(f"9 to 16 of {count}")
    talker.types("-", "-")
    assert talker.hears(f"1 to 8 of {count}")
    talker.types("8")
    assert talker.hears(f"Number {count - 7} of this tablet")


# News -----------------------------------------------------------------------------------------------------------------


def test_a_readers_news_waits_for_the_next_question() -> None:
    talker = Talker(make_world().signed_in())
    before = talker.text
    talker.link("badge2", "opening")
    talker.link("badge2", "ready")
    talker.link("scan1", "lost")
    assert talker.text == before, "a question is open"
    talker.types("4")
    assert talker.hears("Reader: badge ok", "Reader: scan lost", "Today's log")
    talker.link("scan1", "lost")
    talker.types("0")
    assert not talker.hears("Reader")
    assert talker.hears("scan lost, 1 reader ok, 08:00")


def test_the_networks_news_is_told_once() -> None:
    talker = Talker(make_world().signed_in())
    for _time in range(3):
        talker.world.exchange.become(SyncStatus("connecting"))
        talker.world.exchange.become(SyncStatus("offline", fault=SyncFault("E-OFFLINE")))
    talker.waits()
    talker.types("4")
    assert talker.heard.count("Network: Offline") == 1
    talker.world.exchange.become(SyncStatus("done", proven_at_ms=talker.world.clock.now_ms()))
    talker.waits()
    talker.types("0")
    assert talker.heard.count("Network: Online") == 1


# Joining --------------------------------------------------------------------------------------------------------------


def test_a_tablet_joins_by_its_code_and_six_digits_and_goes_on_to_the_sign_in() -> None:
    world = make_world()
    world.enroller.become(Enrolment("none"))
    talker = Talker(world)
    assert talker.text.startswith("Join a district\nScan the code that the desk shows, or type it and press Enter.\n")
    talker.types("XGE1 https://case.invalid ABCD")
    assert talker.hears("One moment")
    talker.waits()
    assert talker.hears("Compare these six digits with the desk", "3 1 4 1 5 9", "Waiting for the desk")
    assert talker.conversation.patience_s() is not None
    for _question in range(2):
        talker.lets_pass(3)
        talker.waits()
    assert talker.hears("Joined", "Tap your badge or choose your name")


def test_a_scanned_code_joins_too() -> None:
    world = make_world()
    world.enroller.become(Enrolment("none"))
    talker = Talker(world)
    talker.scans("XGE1 https://case.invalid ABCD")
    talker.waits()
    assert talker.hears("Compare these six digits")


def test_a_revoked_and_erased_tablet_begins_with_joining() -> None:
    talker = Talker(make_world().signed_in())
    talker.world.enroller.become(Enrolment("none"))
    talker.world.exchange.become(SyncStatus("failed", fault=SyncFault("E-ERASED")))
    talker.waits()
    assert talker.hears("This tablet was withdrawn and is empty.", "Join a district", "Code:")


def test_names_that_come_with_a_sync_can_be_chosen() -> None:
    world = make_world()
    people, world.reference.person_rows = world.reference.person_rows, {}
    talker = Talker(world)
    assert "No names yet: connect once" in talker.text
    world.reference.person_rows = people
    world.exchange.become(SyncStatus("done"))
    talker.waits()
    talker.types("1", PIN_1)
    assert talker.page == "today"
    talker.taps(BADGE_2)
    assert talker.page == "handover"
