"""In-memory ports for tests of services and screens: same promises as the real ones, nothing on disk, a held clock.

    world = make_world()                  # a small synthetic grid, one tablet
    world.services.session.sign_in(PERSON_1, PIN_1)
    world.clock.advance(40)
    world.journal.settle(3)               # the server has proven records 1 to 3

What outlives a kill is in the ports; `world.restarted()` builds new services over the same ports.
"""

from base64 import b64encode
from dataclasses import dataclass, field, replace

from fieldapp.services import Services
from fieldapp.services.photos import PhotoGear
from fieldapp.services.position import NoReceiver, PositionSource
from tests.fieldapp.fake_photos import FakeCamera, FakeDarkroom, FakeMedia
from tests.fieldapp.fake_ports import (
    START_MS,
    DiskFull,
    FakeClock,
    FakeDrafts,
    FakeEnroller,
    FakeExchange,
    FakeJournal,
    FakeMachine,
    FakeReference,
    FakeSettings,
    IdTaken,
)
from tests.fieldapp.fake_voice import FakeMicrophone
from tests.fieldapp.small_grid import (
    BADGE_1,
    BADGE_2,
    BADGE_FOREIGN,
    BADGE_REVOKED,
    BADGE_STRANGE,
    BUILDING_1,
    BUILDING_2,
    BUILDING_3,
    CARD_VISITOR,
    ENTRANCE_11,
    ENTRANCE_12,
    ENTRANCE_21,
    ENTRANCE_22,
    FOB_ENTRANCE_21,
    GRID,
    MATTER_DISPUTE,
    MATTER_GAS,
    MATTER_LAMP,
    MATTER_LIGHT,
    MATTER_LITTER,
    PERSON_1,
    PERSON_2,
    PERSON_3,
    PERSON_4,
    PIN_1,
    PIN_2,
    PLATE_BUILDING_1,
    PLATE_BUILDING_3,
    PLATE_ENTRANCE_11,
    PLATE_ENTRANCE_12,
    PLATE_OLD,
    PLATE_STRANGE,
    fixed_id,
    small_grid,
)

__all__ = [
    "BADGE_1",
    "BADGE_2",
    "BADGE_FOREIGN",
    "BADGE_REVOKED",
    "BADGE_STRANGE",
    "BUILDING_1",
    "BUILDING_2",
    "BUILDING_3",
    "CARD_VISITOR",
    "ENTRANCE_11",
    "ENTRANCE_12",
    "ENTRANCE_21",
    "ENTRANCE_22",
    "FOB_ENTRANCE_21",
    "GRID",
    "MATTER_DISPUTE",
    "MATTER_GAS",
    "MATTER_LAMP",
    "MATTER_LIGHT",
    "MATTER_LITTER",
    "PERSON_1",
    "PERSON_2",
    "PERSON_3",
    "PERSON_4",
    "PIN_1",
    "PIN_2",
    "PLATE_BUILDING_1",
    "PLATE_BUILDING_3",
    "PLATE_ENTRANCE_11",
    "PLATE_ENTRANCE_12",
    "PLATE_OLD",
    "PLATE_STRANGE",
    "START_MS",
    "DiskFull",
    "FakeClock",
    "FakeDrafts",
    "FakeEnroller",
    "FakeExchange",
    "FakeJournal",
    "FakeMachine",
    "FakeReference",
    "FakeSettings",
    "IdTaken",
    "World",
    "fake_seal",
    "fake_verify",
    "fixed_id",
    "make_world",
    "small_grid",
]


def fake_verify(verifier: str, pin: str) -> bool | None:
    """Tell whether a PIN fits a verifier of the small grid, without the real one's cost."""
    return verifier == f"fake:{pin}" if verifier.startswith("fake:") else None


def fake_seal(text: str) -> str:
    """Return something with the shape of a sealed text."""
    return b64encode(b"sealed for tests, not secret....." + text.encode()).decode()


@dataclass(slots=True)
class World:
    """A tablet: its ports and the services over them."""

    clock: FakeClock
    journal: FakeJournal
    drafts: FakeDrafts
    reference: FakeReference
    settings: FakeSettings
    exchange: FakeExchange
    enroller: FakeEnroller
    machine: FakeMachine
    media: FakeMedia = field(default_factory=FakeMedia)
    camera: FakeCamera = field(default_factory=FakeCamera)
    darkroom: FakeDarkroom = field(default_factory=FakeDarkroom)
    receiver: PositionSource = field(default_factory=NoReceiver)
    microphone: FakeMicrophone = field(default_factory=lambda: FakeMicrophone(records=False, plays=False))
    services: Services = field(init=False)

    def __post_init__(self) -> None:
        """Make the services."""
        self.services = services_over(self)

    def restarted(self) -> "World":
        """Return the same tablet after the app was killed and started again."""
        return replace(self)

    def signed_in(self, person: str = PERSON_1, pin: str = PIN_1) -> "World":
        """Sign somebody in and return the same tablet."""
        self.services.session.sign_in(person, pin)
        return self


def make_world(
    reference: FakeReference | None = None,
    camera: FakeCamera | None = None,
    receiver: PositionSource | None = None,
    microphone: FakeMicrophone | None = None,
) -> World:
    """Return a tablet that has just downloaded the small grid and where nobody is signed in."""
    journal = FakeJournal()
    return World(
        FakeClock(),
        journal,
        FakeDrafts(journal),
        reference or small_grid(),
        FakeSettings(),
        FakeExchange(),
        FakeEnroller(),
        FakeMachine(),
        camera=camera or FakeCamera(),
        receiver=receiver or NoReceiver(),
        microphone=microphone or FakeMicrophone(records=False, plays=False),
    )


def services_over(world: World) -> Services:
    """Return new services over a tablet's ports."""
    return Services(
        clock=world.clock,
        journal=world.journal,
        drafts=world.drafts,
        reference=world.reference,
        settings=world.settings,
        exchange=world.exchange,
        enroller=world.enroller,
        machine=world.machine,
        media=world.media,
        photo_gear=lambda: PhotoGear(world.camera, world.darkroom),
        microphone=lambda: world.microphone,
        receiver=world.receiver,
        seal=fake_seal,
        verify_pin=fake_verify,
    )
