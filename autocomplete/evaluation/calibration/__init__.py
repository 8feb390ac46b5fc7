"""From stated probabilities to the share of times that they are right.

Reading order: `isotonic`, `calibrators`, `calibration`, `cross_validation`.
"""
