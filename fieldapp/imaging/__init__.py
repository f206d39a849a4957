"""Pictures: where they come from, and how one becomes the photo that is kept.

`recipe` is the only module that knows Pillow; it runs in a process of its own (`child`), so the app never loads it and
a hostile file can end nothing but that process. `darkroom` starts the process; `camera` finds or takes pictures.
"""
