"""Plate codes: every single error and every swap is found, and what a hand types is read as meant."""

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import DamagedPlate
from sync.tags import (
    CROCKFORD,
    PLATE_LENGTH,
    PLATE_PREFIX,
    PLATE_TOKEN_BYTES,
    Tag,
    check_digits,
    crockford,
    is_plate_code,
    is_random_uid,
    looks_like_plate,
    parse_plate_code,
    plate_code,
    tag_digest,
)

PLATE = plate_code(bytes.fromhex("0123456789abcdef0123"))
PRINTABLE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FULL_WIDTH = {ord(char): ord(char) + 0xFEE0 for char in PRINTABLE}
tokens = st.binary(min_size=PLATE_TOKEN_BYTES, max_size=PLATE_TOKEN_BYTES)
LOOK_ALIKES = {frozenset("1IL"), frozenset("0O")}


def read_alike(one: str, other: str) -> bool:
    return any({one, other} <= group for group in LOOK_ALIKES)


@given(tokens)
def test_every_token_makes_a_code_of_the_grammar_that_reads_back(token: bytes) -> None:
    code = plate_code(token)
    assert re.fullmatch(rf"XG1[{CROCKFORD}]{{16}}[0-9]{{2}}", code)
    assert len(code) == PLATE_LENGTH
    assert parse_plate_code(code) == code
    assert is_plate_code(code)


def test_known_codes_do_not_move() -> None:
    # Plates are enamel on doors: a code once printed must read for ever.
    assert PLATE == "XG104HMASW9NF6YY09345"
    assert plate_code(bytes(PLATE_TOKEN_BYTES)) == "XG1000000000000000098"
    assert plate_code(b"\xff" * PLATE_TOKEN_BYTES) == "XG1ZZZZZZZZZZZZZZZZ24"


@given(tokens)
def test_the_check_digits_are_iso_7064_mod_97_10_over_fixed_two_digit_values(token: bytes) -> None:
    chars = crockford(token, 16)
    number = "".join(f"{CROCKFORD.index(char):02d}" for char in chars) + check_digits(chars)
    assert int(number) % 97 == 1


@pytest.mark.parametrize("place", range(PLATE_LENGTH))
def test_every_single_wrong_character_is_found(place: int) -> None:
    for char in PRINTABLE:
        if char != PLATE[place] and not read_alike(char, PLATE[place]):
            with pytest.raises(DamagedPlate):
                parse_plate_code(PLATE[:place] + char + PLATE[place + 1 :])


@given(tokens)
def test_every_swap_of_any_two_characters_is_found(token: bytes) -> None:
    code = plate_code(token)
    for one in range(PLATE_LENGTH):
        for other in range(one + 1, PLATE_LENGTH):
            if code[one] != code[other]:
                chars = list(code)
                chars[one], chars[other] = chars[other], chars[one]
                with pytest.raises(DamagedPlate):
                    parse_plate_code("".join(chars))


@pytest.mark.parametrize("place", range(PLATE_LENGTH))
def test_a_lost_or_a_doubled_character_is_found(place: int) -> None:
    for wrong in (PLATE[:place] + PLATE[place + 1 :], PLATE[:place] + PLATE[place] + PLATE[place:]):
        with pytest.raises(DamagedPlate, match="21 characters"):
            parse_plate_code(wrong)


@given(tokens, st.data())
def test_what_a_hand_types_is_read_as_printed(token: bytes, data: st.DataObject) -> None:
    code = plate_code(token)
    typed = ""
    for char in code:
        looks = {"1": "1IiLl", "0": "0Oo"}.get(char, char + char.lower())
        shown = data.draw(st.sampled_from(looks))
        typed += data.draw(st.sampled_from(["", "", "", " ", "-", " - ", "\u2013", "\u3000", "_", "."]))
        typed += data.draw(st.sampled_from([shown, shown.upper().translate(FULL_WIDTH)]))
    assert parse_plate_code(typed) == code
    assert looks_like_plate(typed)


@pytest.mark.parametrize("prefix", ["XGI", "XGL", "xgl", "ＸＧ１", "XG-1"])
def test_look_alikes_in_the_prefix_are_read_as_meant(prefix: str) -> None:
    assert parse_plate_code(prefix + PLATE[3:]) == PLATE


def test_only_the_printed_form_counts_as_a_plate_code_as_scanned() -> None:
    assert is_plate_code(PLATE)
    assert not is_plate_code(PLATE.lower())
    assert not is_plate_code(f" {PLATE}")
    assert not is_plate_code(f"{PLATE}\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "21 characters, this one 0"),
        ("XG1", "21 characters, this one 3"),
        ("XG2" + PLATE[3:], "begins with XG1"),
        (PLATE[:5] + "U" + PLATE[6:], "'U' never stands"),
        (PLATE[:5] + "\u4e2d" + PLATE[6:], "never stands"),
        (PLATE[:-2] + "00", "check digits do not fit"),
        (PLATE[:-1] + "\u0665", "check digits do not fit"),
    ],
)
def test_a_damaged_code_says_what_is_wrong(text: str, sentence: str) -> None:
    with pytest.raises(DamagedPlate, match=re.escape(sentence)):
        parse_plate_code(text)


@given(st.text())
def test_any_text_is_a_plate_or_damaged_and_nothing_else(text: str) -> None:
    try:
        code = parse_plate_code(text)
    except DamagedPlate:
        return
    assert is_plate_code(code)


@pytest.mark.parametrize("text", ["http://example.invalid/", "6901234567892", "0102030405", ""])
def test_another_code_in_the_street_is_not_taken_for_a_damaged_plate(text: str) -> None:
    assert not looks_like_plate(text)


def test_a_damaged_plate_is_still_known_as_one() -> None:
    assert looks_like_plate(PLATE[:-4])


@given(st.sampled_from(["qr", "em", "a", "epc"]), st.text(max_size=30))
def test_a_tag_is_known_by_the_digest_of_medium_and_value(medium: str, value: str) -> None:
    assert tag_digest(Tag(medium, value)) == sha256(f"{medium}:{value}".encode()).hexdigest()


@given(st.binary(min_size=1, max_size=20))
def test_crockford_gives_the_leading_bits_and_refuses_to_invent_more(data: bytes) -> None:
    whole = len(data) * 8 // 5
    bits = "".join(f"{CROCKFORD.index(char):05b}" for char in crockford(data, whole))
    assert "".join(f"{byte:08b}" for byte in data).startswith(bits)
    with pytest.raises(ValueError, match="asked for"):
        crockford(data, whole + 1)


@pytest.mark.parametrize("length", [0, 9, 11])
def test_a_token_of_another_length_is_a_programming_error(length: int) -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        plate_code(bytes(length))


def test_a_plate_fits_the_small_qr_code_it_is_printed_as() -> None:
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q)
    code.add_data(PLATE)
    assert code.best_fit() <= 2
    assert PLATE.startswith(PLATE_PREFIX)


@pytest.mark.parametrize(
    ("tag", "is_random"),
    [
        (Tag("a", "08A1B2C3"), True),
        (Tag("a", "18A1B2C3"), False),
        (Tag("a", "047BCB51962280"), False),
        (Tag("a", "087BCB51962280"), False),
        (Tag("em", "08A1B2C3D4"), False),
        (Tag("epc", "08A1B2C3"), False),
    ],
)
def test_a_number_that_a_phone_draws_anew_is_told_from_one_that_stays(tag: Tag, is_random: bool) -> None:
    assert is_random_uid(tag) is is_random
