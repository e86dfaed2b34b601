"""Where a segmentation is to be believed: evidence, and the Dice that it makes likely."""
