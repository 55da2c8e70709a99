"""Decay of daily variance, for every exponentially weighted estimate of this project.

Source: J.P. Morgan/Reuters, RiskMetrics technical document (1996), daily data.
"""

LAMBDA = 0.94
