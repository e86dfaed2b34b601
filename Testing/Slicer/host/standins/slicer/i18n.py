"""Stand-in for Slicer's translation functions: everything stays English."""


def tr(text, *_):
    return text


def translate(_context, text, *_):
    return text
