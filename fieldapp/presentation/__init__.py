"""Records and states as words and cells: pure functions, no screens, in the language of the moment."""
