"""Settings, clock, lake, identifiers, registry, errors and logging: what every other package may import."""
