"""Every panel and screen of the app by name; each is loaded when it is first shown.

To add a panel: its file, its style sheet, its actions in the keymap, a line here.
"""

from importlib import import_module
from typing import cast

from textual.screen import Screen

from fieldapp.panel import Kit, Panel

PANELS: dict[str, str] = {
    "today": "TodayPanel",
    "arrived": "ArrivedPanel",
    "points": "PointsPanel",
    "remark": "RemarkPanel",
    "problem": "ProblemPanel",
    "visit": "VisitPanel",
    "drafts": "DraftsPanel",
    "places": "PlacesPanel",
    "round": "RoundPanel",
    "building": "BuildingPanel",
    "week": "WeekPanel",
    "map": "MapPanel",
    "code": "CodePanel",
    "aim": "AimPanel",
    "unknown": "UnknownPanel",
    "mount": "MountPanel",
    "which": "WhichPanel",
    "handover": "HandoverPanel",
    "shift_start": "ShiftStartPanel",
    "shift_end": "ShiftEndPanel",
    "handoff": "HandoffPanel",
    "tasks": "TasksPanel",
    "task": "TaskPanel",
    "notice": "NoticePanel",
    "cases": "CasesPanel",
    "case": "CasePanel",
    "case_note": "CaseNotePanel",
    "log": "LogPanel",
    "record": "RecordPanel",
    "outbox": "OutboxPanel",
    "sent": "SentPanel",
    "devices": "DevicesPanel",
    "trial": "TrialPanel",
    "photo": "PhotoPanel",
    "settings": "SettingsPanel",
}
"""Name of each panel to its class; the module is `fieldapp.screens.<name>`."""

SCREENS: dict[str, str] = {
    "shift": "ShiftScreen",
    "sign_in": "SignInScreen",
    "enrol": "EnrolScreen",
    "receipt": "ReceiptScreen",
    "help": "HelpScreen",
}
"""Name of each screen to its class, likewise."""


def panel_class(name: str) -> type[Panel]:
    """Return a panel's class.

    Raises:
        KeyError: there is no such panel.
    """
    return cast(type[Panel], getattr(import_module(f"{__name__}.{name}"), PANELS[name]))


def made_screen(name: str, kit: Kit, argument: object = None) -> Screen[None]:
    """Return a new screen; `argument` is what the screen's constructor takes besides the kit.

    Raises:
        KeyError: there is no such screen.
    """
    screen_class = getattr(import_module(f"{__name__}.{name}"), SCREENS[name])
    return cast(Screen[None], screen_class(kit, argument))
