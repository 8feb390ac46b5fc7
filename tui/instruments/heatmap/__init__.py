"""The heat map: each word coloured by the probability that it had.

Reading order: `scores`, `render`, `style` (pure), `engine`, `job`, `panel`.
"""
