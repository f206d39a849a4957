"""What the app leaves out of the toolkit stays out until its first paint, and nobody falls over the gap."""

import json
import subprocess
import sys

from fieldapp.left_out import ABSENT, FAILING
from tests.house.tree import ROOT

START_AND_LIST = """
import json, sys
from fieldapp.left_out import leave_out_unused
leave_out_unused()
import fieldapp.cli.app_command, fieldapp.bootstrap, fieldapp.cli.tablet_app
import fieldapp.screens.shift, fieldapp.screens.today, sync.records
real = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None) is not None]
from fieldapp.left_out import let_in_again
let_in_again()
import hashlib, hmac, secrets
with open("/proc/self/maps") as maps:
    before = "libcrypto" in maps.read()
import ssl, typing_extensions
print(json.dumps({
    "loaded": real, "tls": ssl.OPENSSL_VERSION, "typing": typing_extensions.__file__,
    "digest": hashlib.sha256(b"abc").hexdigest(), "before": before,
}))
"""
"""Loads what the home screen needs as the app's command does, then what the sync worker needs later."""

UNUSED_AT_FIRST = frozenset(
    {
        *("textual.widgets._input", "textual.widgets._option_list", "hashlib", "shutil"),
        *("typing_extensions", "fieldapp.screens.devices", "fieldapp.presentation.devices", "fieldapp.screens.mount"),
        *("fieldapp.services.problem", "sync.wire", "sync.enrolment", "sync.tablet.store.feeds"),
    }
)
"""Large parts that no line of the home screen's needs."""


def test_the_home_screen_is_loaded_without_what_it_does_not_use_and_tls_still_works_afterwards() -> None:
    done = subprocess.run(
        [sys.executable, "-c", START_AND_LIST], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    answer = json.loads(done.stdout)
    loaded = set(answer["loaded"])
    assert "textual.app" in loaded
    assert not loaded & (UNUSED_AT_FIRST | ABSENT.keys() | set(FAILING))
    assert answer["tls"]
    assert answer["digest"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert not answer["before"], "OpenSSL was loaded for a digest"
    assert answer["typing"].endswith("typing_extensions.py")
