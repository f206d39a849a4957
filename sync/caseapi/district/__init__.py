"""The district: its shape, the packs it is imported from, its catalogue of matters, and a synthetic one.

`generate` makes the synthetic district, `pack` writes and reads folders of files, `catalogue` holds what can be
reported, `initials` spells names by the first letters of their syllables.
"""
