"""Reference data: what the feeds brought, typed and in order; what something unfinished uses does not vanish."""

from sync.reference import NoticeEntry, SeenEntry, TagEntry
from sync.tablet.store import Store
from tests.sync.tablet.makers import BUILDING, entry, record, uuid_text

SCOPE = "grid:1"


def building(number: int, building_id: str, name: str, order: int = 0) -> object:
    return entry(number, "building", building_id, {"name": name, "grid": "g", "order": order})


def applied(store: Store, *entries: object, scope: str = SCOPE) -> None:
    store.feeds.apply_page(scope, entries, (len(entries), "0" * 16))  # type: ignore[arg-type]


def test_before_the_first_download_there_is_nothing(store: Store) -> None:
    assert store.reference.grid() is None
    assert store.reference.buildings() == {}
    assert store.reference.tag("0" * 64) is None
    assert store.reference.tags() == {}
    assert store.feeds.cursors() == {}


def test_entries_come_typed_and_in_their_order(store: Store) -> None:
    ids = [uuid_text() for _ in range(3)]
    applied(
        store,
        building(1, ids[0], "丙", 2),
        building(2, ids[1], "甲", 1),
        building(3, ids[2], "乙", 1),
        entry(4, "grid", "g1", {key: key for key in GRID_FIELDS}),
        entry(5, "tag", "a" * 64, {"medium": "qr", "role": "place", "target": ids[0]}),
        entry(6, "case", "c1", {"state": "open", "matter_name": "x", "reported_at": "2026-11-22"}),
        entry(7, "case", "c2", {"state": "open", "matter_name": "y", "reported_at": "2026-11-23"}),
        entry(8, "person", "p2", PERSON | {"name": "网格员 2"}),
        entry(9, "person", "p1", PERSON | {"name": "网格员 1"}),
    )
    assert [entry.name for entry in store.reference.buildings().values()] == [*sorted(["乙", "甲"]), "丙"]
    grid = store.reference.grid()
    assert grid is not None
    assert grid[0] == "g1"
    assert store.reference.tag("a" * 64) == TagEntry("qr", "place", ids[0])
    assert store.reference.tags() == {"a" * 64: TagEntry("qr", "place", ids[0])}
    assert list(store.reference.cases()) == ["c2", "c1"]
    assert list(store.reference.people()) == ["p1", "p2"]


GRID_FIELDS = ("name", "community", "community_name", "street_name", "district", "district_name")
PERSON = {"seat": "s", "grid": "g", "pin": "$argon2id$", "valid_until": "2027-01-01T00:00:00+08:00"}


def test_the_tablets_grid_is_the_one_of_its_assignment(store: Store) -> None:
    fields = {key: key for key in GRID_FIELDS}
    applied(store, entry(1, "grid", "a-neighbour", fields), entry(2, "grid", "own", fields), scope="community:1")
    applied(store, entry(1, "grid", "own", fields | {"name": "ours"}), scope="grid:own")
    grid = store.reference.grid()
    assert grid is not None
    assert grid[0] == "own"


def test_a_change_is_seen_at_once(store: Store) -> None:
    one = uuid_text()
    applied(store, building(1, one, "old"))
    assert store.reference.buildings()[one].name == "old"
    applied(store, building(2, one, "new"))
    assert store.reference.buildings()[one].name == "new"
    applied(store, entry(3, "building", one, None, op="delete"))
    assert store.reference.buildings() == {}


def test_a_caller_cannot_spoil_what_others_read(store: Store) -> None:
    applied(store, building(1, "b", "name"))
    store.reference.buildings().clear()
    assert list(store.reference.buildings()) == ["b"]


def test_a_notice_is_there_until_the_desk_withdraws_it(store: Store) -> None:
    says = {"text": "明天停水", "desk": "合成街道", "until": "2026-11-30T23:59:59+08:00", "urgent": True}
    applied(store, entry(1, "notice", "n1", says), entry(2, "notice", "n2", {"text": "换表"}))
    assert store.reference.notices() == {"n1": NoticeEntry(**says), "n2": NoticeEntry("换表")}  # type: ignore[arg-type]
    applied(store, entry(3, "notice", "n1", None, op="delete"))
    assert list(store.reference.notices()) == ["n2"]


def test_an_entry_of_a_type_of_tomorrow_is_kept_and_shown_nowhere(store: Store) -> None:
    applied(store, entry(1, "drone", "d1", {"wings": 4}), building(2, "b", "name"))
    assert list(store.reference.buildings()) == ["b"]
    assert store.feeds.cursors() == {SCOPE: (2, "0" * 16)}


def test_one_unreadable_row_hides_no_other(store: Store) -> None:
    applied(store, entry(1, "building", "bad", {"name": 7}), building(2, "good", "name"))
    assert list(store.reference.buildings()) == ["good"]


def test_a_row_that_two_scopes_hold_stays_while_one_does(store: Store) -> None:
    applied(store, building(1, "b", "name"))
    applied(store, building(1, "b", "name"), scope="community:1")
    store.feeds.keep_only(["community:1"])
    assert list(store.reference.buildings()) == ["b"]
    store.feeds.keep_only([])
    assert store.reference.buildings() == {}
    assert store.feeds.cursors() == {}


def test_a_building_of_a_waiting_record_stays_as_retired(store: Store) -> None:
    store.journal.append(record())
    applied(store, building(1, BUILDING, "used"), building(2, uuid_text(), "unused"))
    store.feeds.replace_scope(SCOPE, [], (9, "f" * 16))
    assert [entry.name for entry in store.reference.buildings().values()] == ["used"]
    assert store.reference.retired() == {("building", BUILDING)}
    applied(store, building(1, BUILDING, "back"))
    assert store.reference.retired() == frozenset()


def test_a_last_visit_that_is_taken_back_goes_though_a_waiting_record_was_made_there(store: Store) -> None:
    store.journal.append(record())
    last = entry(1, "seen", BUILDING, {"at": "2026-11-23T08:00:00Z", "result": "normal"})
    applied(store, last)
    assert store.reference.seen() == {BUILDING: SeenEntry("2026-11-23T08:00:00Z", "normal")}
    applied(store, entry(2, "seen", BUILDING, None, op="delete"))
    assert store.reference.seen() == {}
    applied(store, last)
    store.feeds.replace_scope(SCOPE, [], (9, "f" * 16))
    assert (store.reference.seen(), store.reference.retired()) == ({}, frozenset())


def test_what_a_page_does_not_touch_stays_decoded(store: Store) -> None:
    applied(store, building(1, "b", "name"))
    before = store.reference.buildings()["b"]
    applied(store, entry(2, "seen", "b", {"at": "2026-11-23T08:00:00Z"}))
    assert store.reference.buildings()["b"] is before
    assert list(store.reference.seen()) == ["b"]
    applied(store, building(3, "b", "another"))
    assert store.reference.buildings()["b"].name == "another"


def test_a_matter_that_a_draft_uses_stays_as_retired(store: Store) -> None:
    fields = {"standard": "national", "kind": "matter", "code": "03001", "name": "a", "name_en": "b"}
    matter = fields | {"group": "g", "group_en": "g"}
    applied(store, entry(1, "matter", "national:matter:03001", matter))
    store.drafts.put("problem", {"matter": "national:matter:03001"})
    applied(store, entry(2, "matter", "national:matter:03001", None, op="delete"))
    assert store.reference.retired() == {("matter", "national:matter:03001")}
    assert list(store.reference.matters()) == ["national:matter:03001"]
    store.drafts.discard("problem")
    applied(store, entry(3, "matter", "national:matter:03001", None, op="delete"))
    assert store.reference.matters() == {}


def test_settings_are_kept_and_forgotten(store: Store) -> None:
    assert store.settings.get("language") is None
    store.settings.put("language", "zh_CN")
    store.settings.put("language", "en")
    assert store.settings.get("language") == "en"
    store.settings.put("language", None)
    assert store.settings.get("language") is None


def test_settings_and_the_exchanges_own_facts_do_not_meet(store: Store) -> None:
    store.facts.put("clock", "1")
    store.settings.put("clock", "2")
    assert (store.facts.get("clock"), store.settings.get("clock")) == ("1", "2")
