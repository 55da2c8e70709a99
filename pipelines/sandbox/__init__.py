"""A simulated Brazil and United States behind the sources' own wire formats, on loopback.

Four layers, none reaching back: `world` draws the truth and what is printed of it; `render` spells what is known at the clock
in each source's bytes; `damage` makes answers wrong on purpose, by a plan (`faults`); `server` carries them. Everything is a
function of (seed, now), and labelled SIMULATED.
"""
