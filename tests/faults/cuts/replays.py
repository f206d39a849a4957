"""One state, call, byte or run of kills by its name, as `make faults ONLY=` takes it."""

COMMAND = "make faults ONLY="


def replay_of(*words: object) -> str:
    """Return the command that plays one thing again."""
    return f"{COMMAND}'{', '.join(map(str, words))}'"


def words_of(text: str) -> list[str]:
    """Return what a name consists of."""
    return [word.strip() for word in text.split(",")]
