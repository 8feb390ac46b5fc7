"""From stated probabilities to the share of times that they are right.

Reading order: `calibrators`, `calibration`, `cross_validation`.
"""
