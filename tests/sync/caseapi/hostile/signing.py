"""Signs requests wrongly in every way: any parameters, any covered components, written out by hand (RFC 9421)."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from sync.signing import COVERED, TAG
from sync.wire import SYNC_PATH
from tests.sync.caseapi.harness import Tablet


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says of itself.

    Attributes:
        parameters: everything behind the covered components, as written; ``{created}`` and ``{keyid}`` are filled in.
        covered: the components, as written in the list.
    """

    parameters: str = f';created={{created}};keyid="{{keyid}}";alg="ed25519";tag="{TAG}"'
    covered: tuple[str, ...] = COVERED
    label: str = "xunge"

    def headers(self, tablet: Tablet, body: bytes, *, keyid: str = "", path: str = SYNC_PATH) -> dict[str, str]:
        """Return the headers of a POST that carries this signature, validly made by the tablet's key."""
        digest = f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"
        values = {
            "@method": "POST",
            "@path": path,
            "@query": "?",
            "content-type": "application/json",
            "content-digest": digest,
            "content-encoding": "",
        }
        filled = self.parameters.replace("{created}", str(tablet.clock() // 1000))
        filled = filled.replace("{keyid}", keyid or tablet.device)
        listed = " ".join(f'"{name}"' for name in self.covered)
        described = f"({listed}){filled}"
        lines = [f'"{name}": {values[name]}' for name in self.covered]
        base = "\n".join([*lines, f'"@signature-params": {described}'])
        signature = b64encode(tablet.key.sign(base.encode())).decode()
        return {
            "content-type": "application/json",
            "content-digest": digest,
            "signature-input": f"{self.label}={described}",
            "signature": f"{self.label}=:{signature}:",
        }
