"""Where a segmentation is to be believed: evidence for and against it, and the Dice that it makes likely."""
