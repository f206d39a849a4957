"""How the readers that must be asked are spoken with, one kind per file: steps only, no port, no clock."""
