"""QR codes as the path of a drawing that a page shows without a picture file."""


def code_path(text: str) -> tuple[str, int]:
    """Return the path of a QR code, a square of side 1 for each dark module, and how wide the whole is.

    The quiet zone of four modules is inside. The least correction is taken: a code on a screen is clean, and with a pin
    in it the modules must stay large enough for a camera.
    """
    import qrcode

    made = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=4)
    made.add_data(text)
    made.make(fit=True)
    rows = made.get_matrix()
    parts: list[str] = []
    for y, row in enumerate(rows):
        begin = 0
        for x, is_dark in enumerate([*row, False]):
            if is_dark:
                continue
            if x > begin:
                parts.append(f"M{begin} {y}h{x - begin}v1h{begin - x}z")
            begin = x + 1
    return "".join(parts), len(rows)
