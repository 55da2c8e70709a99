"""Import maps: a CSV that says how each file of a folder becomes our series, quotes, documents and calendars.

The format is documented for users in `docs/import-map.md`. Here, one concept a module: `grammar` (the map), `formats` and
`reader` (bytes to a table), `columns` and `dates` (cells to numbers and dates), `traps` and `ticks` (what the map warns of),
`availability` and `releases` (when it was known), `priorities` and `vintages` (which value counts), `observations`, `quotes`,
`documents` (the three bronze shapes), `counts` (does the file hold what the map says), `context` (what one file needs of others).
"""
