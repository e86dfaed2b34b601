"""Where things are: imaging planes, levels, outlines, the mitral plane and the long axis."""
