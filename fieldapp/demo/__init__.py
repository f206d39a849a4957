"""The demo: a case API, a district, a tablet and its readers in a temporary folder, on this machine alone."""

SOCKET_VARIABLE = "XUNGE_DEMO_SOCKET"
"""Environment variable by which the app finds its demo; unset, there is no strip."""
