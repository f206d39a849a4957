"""How a picture becomes the photo that is kept, on tablets and at the desk alike.

`recipe` is the only module that knows Pillow; it runs in a process of its own (`child`), so no program loads it and a
hostile file can end nothing but that process. `darkroom` starts the process.
"""
