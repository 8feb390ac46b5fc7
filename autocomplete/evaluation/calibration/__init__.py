"""From stated probabilities to the share of times that they are right: `maps`, `calibration`, `cross_validation`."""
