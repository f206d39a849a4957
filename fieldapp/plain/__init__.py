"""The app line by line: the same services, keys and words without a screen, for screen readers, pipes and support.

One says where one is, lists what can be done, reads a line, does it. Nothing here moves a cursor, and nothing loads
Textual.
"""
