"""What a start needs of modules and regular expressions, made ready in one file: two tenths of a start are saved by it.

Whoever installs the program makes the pack once, ``python -m fieldapp.code_pack``; it lies in the package's
``__pycache__`` and is what the files there are, a copy that may go at any time. A module whose source has another size
or time than when the pack was made is loaded the usual way, and so is everything when the pack was made by another
Python, for another place, or cannot be read.

`reading` and `patterns` come before everything else, so they load next to nothing themselves; `making` loads it all.
"""
