"""What is wrong with the configuration file, in a sentence that names file, key and nearest valid key."""

from fieldapp.config import ConfigProblem
from fieldapp.presentation.outside import shown
from fieldapp.text import _


def config_sentence(problem: ConfigProblem) -> str:
    """Return what is wrong and what happens instead."""
    file = shown(str(problem.file))
    key = shown(problem.key, max_chars=64)
    if problem.reason == "unknown_key" and problem.nearest:
        sentence = _("{file}: there is no setting {key}; is {nearest} meant?").format(
            file=file, key=key, nearest=problem.nearest
        )
    elif problem.reason == "unknown_key":
        sentence = _("{file}: there is no setting {key}; it is passed over.").format(file=file, key=key)
    elif problem.reason == "bad_value":
        sentence = _("{file}: the value of {key} does not fit; the usual one is used.").format(file=file, key=key)
    elif problem.reason == "missing":
        sentence = _("{file}: there is no such file; the usual settings are used.").format(file=file)
    else:
        sentence = _("{file}: not readable as settings; what can be read is used.").format(file=file)
    return _("{what} ({code})").format(what=sentence, code=problem.code)
