"""Photos over HTTP: resumable at any byte, checked before they count, owed until they are held."""

from pathlib import Path
from uuid import UUID

import pytest

from sync.media import ABOUT_HEADER, MAX_MEDIA_BYTES, MEDIA_PATH, UploadState
from sync.records.media_lost import MediaLost
from tests.sync.caseapi.harness import Clock, Desk, Tablet, open_case_api
from tests.sync.caseapi.media_desk import head, name_of, patch, picture, ref, state

PHOTO = picture(300)
NAME = name_of(PHOTO)


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    """A tablet whose only record names `PHOTO`, and is stored."""
    made = await desk.tablet()
    made.case(media=(ref(PHOTO),))
    await made.sync()
    return made


async def test_a_photo_is_owed_from_the_reply_that_stored_its_record_until_it_is_held(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case(media=(ref(PHOTO),))
    assert (await tablet.sync()).media_owed == [NAME]
    assert (await patch(tablet, NAME, 0, PHOTO)).status_code == 204
    assert (await tablet.sync(start=2)).media_owed == []
    assert state(await head(tablet, NAME)) == UploadState(300, 300)


async def test_before_a_stored_record_names_it_a_photo_is_unknown(desk: Desk) -> None:
    tablet = await desk.tablet()
    answer = await patch(tablet, NAME, 0, PHOTO)
    assert (answer.status_code, answer.json()["code"]) == (404, "E-UNNAMED")
    assert (await head(tablet, NAME)).status_code == 404


async def test_a_tablet_with_a_new_key_sends_the_photo_that_its_old_key_named(desk: Desk, tablet: Tablet) -> None:
    other = await desk.tablet()
    assert state(await head(other, NAME)) == UploadState(0, 300)
    assert (await patch(other, NAME, 0, PHOTO)).status_code == 204
    assert (await tablet.sync(start=2)).media_owed == []


async def test_what_another_tablet_has_sent_of_a_photo_is_not_told(desk: Desk, tablet: Tablet) -> None:
    other = await desk.tablet()
    await patch(tablet, NAME, 0, PHOTO[:100])
    assert state(await head(other, NAME)) == UploadState(0, 300)


async def test_an_upload_goes_on_where_it_ended(tablet: Tablet) -> None:
    assert state(await patch(tablet, NAME, 0, PHOTO[:100])) == UploadState(100, 300)
    assert state(await head(tablet, NAME)) == UploadState(100, 300)
    assert state(await patch(tablet, NAME, 100, PHOTO[100:])) == UploadState(300, 300)


async def test_a_part_that_begins_elsewhere_is_told_where_to_go_on(tablet: Tablet) -> None:
    await patch(tablet, NAME, 0, PHOTO[:100])
    for offset in (0, 99, 101, 300):
        answer = await patch(tablet, NAME, offset, PHOTO[offset : offset + 50])
        assert (answer.status_code, answer.json()["code"]) == (409, "E-OFFSET")
        assert state(answer) == UploadState(100, 300)
        assert answer.headers[ABOUT_HEADER] == f"{MEDIA_PATH}/{NAME}"


async def test_an_answer_says_of_which_photo_it_speaks(tablet: Tablet) -> None:
    for answer in (await patch(tablet, NAME, 0, PHOTO[:100]), await head(tablet, NAME)):
        assert answer.headers[ABOUT_HEADER] == f"{MEDIA_PATH}/{NAME}"


async def test_a_part_sent_twice_counts_once(tablet: Tablet) -> None:
    await patch(tablet, NAME, 0, PHOTO[:100])
    assert (await patch(tablet, NAME, 0, PHOTO[:100])).status_code == 409
    assert (await patch(tablet, NAME, 100, PHOTO[100:])).status_code == 204
    assert state(await patch(tablet, NAME, 100, PHOTO[100:])) == UploadState(300, 300)


async def test_a_whole_upload_with_another_hash_is_discarded_and_the_record_stays(tablet: Tablet) -> None:
    answer = await patch(tablet, NAME, 0, picture(300, seed=1))
    assert (answer.status_code, answer.json()["code"]) == (422, "E-HASH")
    assert state(await head(tablet, NAME)) == UploadState(0, 300)
    assert (await tablet.sync(start=2)).watermark == 1
    assert (await patch(tablet, NAME, 0, PHOTO)).status_code == 204


async def test_a_part_that_is_not_the_signed_one_leaves_nothing(tablet: Tablet) -> None:
    url = f"http://127.0.0.1/v1/media/{NAME}"
    headers = tablet.signed("PATCH", url, PHOTO, content_type="application/offset+octet-stream", upload_offset="0")
    answer = await tablet.client.patch(url, content=picture(300, seed=1), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "E-SIGN")
    assert state(await head(tablet, NAME)) == UploadState(0, 300)


async def test_a_part_beyond_the_end_is_refused_and_leaves_nothing(tablet: Tablet) -> None:
    answer = await patch(tablet, NAME, 0, PHOTO + b"x")
    assert (answer.status_code, answer.json()["code"]) == (413, "E-SIZE")
    assert state(await head(tablet, NAME)) == UploadState(0, 300)


@pytest.mark.parametrize("offset", ["", "-1", "1.0", "abc", "9" * 13])
async def test_an_offset_that_is_none_is_refused(tablet: Tablet, offset: str) -> None:
    answer = await patch(tablet, NAME, offset, PHOTO)
    assert (answer.status_code, answer.json()["code"]) == (422, "E-WIRE")


@pytest.mark.parametrize("name", ["x", "../../etc/passwd", "A" * 64, NAME[:-1], NAME + "0"])
async def test_a_name_that_is_no_hash_is_not_found(tablet: Tablet, name: str) -> None:
    assert (await patch(tablet, name, 0, PHOTO)).status_code == 404


@pytest.mark.parametrize("headers", [{"content_type": "image/jpeg"}, {"content_encoding": "gzip"}])
async def test_a_part_of_another_type_or_encoding_is_refused(tablet: Tablet, headers: dict[str, str]) -> None:
    assert (await patch(tablet, NAME, 0, PHOTO, **headers)).status_code == 415


async def test_a_photo_too_large_for_any_is_neither_owed_nor_taken(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case(media=(ref(PHOTO, bytes=MAX_MEDIA_BYTES + 1),))
    assert (await tablet.sync()).media_owed == []
    assert (await patch(tablet, NAME, 0, PHOTO)).status_code == 413


async def test_the_photos_of_a_quarantined_record_are_taken_too(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.case(media=(ref(PHOTO),), severity=9)
    assert (await tablet.sync()).media_owed == [NAME]
    await desk.fold()
    assert (await patch(tablet, NAME, 0, PHOTO)).status_code == 204


async def test_a_photo_of_two_records_and_two_tablets_is_sent_once_by_each_at_most(desk: Desk, tablet: Tablet) -> None:
    tablet.case("again", media=(ref(PHOTO),))
    assert (await tablet.sync(start=2)).media_owed == [NAME]
    await patch(tablet, NAME, 0, PHOTO)
    assert (await tablet.sync(start=3)).media_owed == []
    other = await desk.tablet()
    other.case(media=(ref(PHOTO),))
    assert (await other.sync()).media_owed == []
    assert state(await head(other, NAME)) == UploadState(300, 300)


async def test_a_wrong_upload_of_one_tablet_does_not_spoil_anothers(desk: Desk, tablet: Tablet) -> None:
    other = await desk.tablet()
    other.case(media=(ref(PHOTO),))
    await other.sync()
    await patch(tablet, NAME, 0, PHOTO[:200])
    await patch(other, NAME, 0, picture(300, seed=1))
    assert state(await patch(tablet, NAME, 200, PHOTO[200:])) == UploadState(300, 300)


async def test_nothing_is_owed_of_a_photo_that_its_tablet_lost(desk: Desk, tablet: Tablet) -> None:
    tablet.record("media_lost", MediaLost(NAME, str(UUID(int=0)), "missing"))
    assert (await tablet.sync(start=2)).media_owed == []
    await desk.fold()
    assert (await tablet.sync(start=3)).verdicts == []


async def lost_by_a_clone(tablet: Tablet) -> Tablet:
    """Return a copy of a tablet that has said, in a stream of its own, that it lost the photo."""
    clone = Tablet(tablet.clock, tablet.client, tablet.key, tablet.device, tablet.receipt_key)
    clone.record("media_lost", MediaLost(NAME, str(UUID(int=0)), "missing"))
    await clone.sync(forked_from=(str(tablet.stream), 1))
    return clone


async def test_what_a_clone_has_lost_its_original_is_asked_for(tablet: Tablet) -> None:
    await lost_by_a_clone(tablet)
    assert (await tablet.sync(start=2)).media_owed == [NAME]
    assert (await patch(tablet, NAME, 0, PHOTO)).status_code == 204
    assert (await tablet.sync(start=2)).media_owed == []


async def test_what_a_clone_has_lost_its_original_is_asked_for_under_a_new_key(desk: Desk, tablet: Tablet) -> None:
    await lost_by_a_clone(tablet)
    other = await desk.tablet()
    other.check_in()
    assert (await other.sync(forked_from=(str(tablet.stream), 1))).media_owed == [NAME]


async def test_what_a_clone_has_lost_keeps_a_revoked_tablet_from_nothing(desk: Desk, tablet: Tablet) -> None:
    await lost_by_a_clone(tablet)
    await desk.case_api.storage.enrolments.set_status(UUID(tablet.device), "revoked")
    assert (await tablet.sync(start=2)).state == "erase"


async def test_a_revoked_tablet_is_not_told_to_erase_while_it_owes_photos(desk: Desk, tablet: Tablet) -> None:
    await desk.case_api.storage.enrolments.set_status(UUID(tablet.device), "revoked")
    assert (await tablet.sync(start=2)).state == "drain"
    assert (await patch(tablet, NAME, 0, PHOTO)).status_code == 204
    assert (await tablet.sync(start=2)).state == "erase"


async def test_the_offset_outlives_the_server(tablet: Tablet, desk: Desk, clock: Clock, database: Path) -> None:
    await patch(tablet, NAME, 0, PHOTO[:123])
    await desk.case_api.storage.close()
    again = Desk(open_case_api(database, clock), clock)
    async with again.serving():
        tablet.client = again.client
        assert state(await head(tablet, NAME)) == UploadState(123, 300)
        assert state(await patch(tablet, NAME, 123, PHOTO[123:])) == UploadState(300, 300)
    await again.case_api.storage.close()
