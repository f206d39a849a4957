"""How a command says that it failed."""


class CommandFailed(Exception):
    """A command cannot do what was asked.

    Attributes:
        sentence: what failed, which one, what to do; for stderr.
        exit_status: 1 failed, 2 wrong usage.
        code: the stable code that stands in the sentence, empty where it has none.
    """

    def __init__(self, sentence: str, exit_status: int = 1, *, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exit_status = exit_status
        self.code = code
