"""What a batch is made of: the cache, slices, augmentation, and what is painted into images."""
