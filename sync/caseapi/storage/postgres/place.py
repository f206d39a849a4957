"""Where a PostgreSQL database is: the setting's address, shown without its password."""

from dataclasses import dataclass
from urllib.parse import urlsplit

SCHEMES = ("postgresql://", "postgres://")
"""How such an address begins."""

HIDDEN = "***"


@dataclass(frozen=True, slots=True, repr=False)
class DatabasePlace:
    """An address as libpq takes it: ``postgresql://user@host:port/name?host=/folder/of/a/socket``."""

    url: str

    def __str__(self) -> str:
        """Return the address as it may be shown."""
        parts = urlsplit(self.url)
        account, at, host = parts.netloc.rpartition("@")
        name, colon, _ = account.partition(":")
        hidden = f"{name}{colon}{HIDDEN if colon else ''}{at}{host}"
        query = "&".join(
            f"password={HIDDEN}" if each.startswith("password=") else each for each in parts.query.split("&")
        )
        return f"{parts.scheme}://{hidden}{parts.path}{query and '?'}{query}"

    __repr__ = __str__

    @property
    def name(self) -> str:
        """Return the database's name, or ``caseapi`` where the address leaves it to PostgreSQL."""
        return urlsplit(self.url).path.strip("/") or "caseapi"
