"""Taking tables along: the page that asks which, and the download."""
