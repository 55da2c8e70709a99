"""DuckDB's extensions, from their wheels: installed once a machine, without a network. Their signatures are DuckDB's own."""

import duckdb

from models_py.kernel.errors import ConfigError

EXTRA = {"httpfs": "s3", "ducklake": "cluster", "postgres_scanner": "cluster"}


def install(*names: str) -> None:
    """Have extensions where `load <name>` and dbt's own `install <name>` find them.

    Raises:
        ConfigError: a wheel is missing.
    """
    for name in names:
        try:
            from duckdb_extensions import import_extension

            with duckdb.connect() as connection:
                import_extension(name, con=connection)
        except ImportError as error:
            extra = EXTRA[name]
            raise ConfigError(f"DuckDB's {name} needs the extra {extra}: pip install 'macro-desk[{extra}]'") from error
