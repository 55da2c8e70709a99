"""Moments of the simulated world, measured on what its sources publish, against the bands real history gives."""
