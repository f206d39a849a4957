"""QR codes in pictures and in frames of a camera.

`codes` asks zxing-cpp and says where each code lies; `tries` looks again at what was not read; `zbar` is a second
opinion where that library is there. `child` does all of it in a limited process of its own, which `looker` starts: a
hostile picture ends that process alone. Nothing here is loaded before a picture is looked at.
"""
