"""How a command says that it failed."""


class CommandFailed(Exception):
    """A command cannot do what was asked.

    Attributes:
        sentence: what failed, which one, what to do; for stderr.
        exit_status: 1 failed, 2 wrong usage.
    """

    def __init__(self, sentence: str, exit_status: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exit_status = exit_status
