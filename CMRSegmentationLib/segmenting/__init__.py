"""From a cine to labels: the model bundle, preprocessing, the network, and postprocessing."""
