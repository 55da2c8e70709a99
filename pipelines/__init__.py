"""From source bytes to a published release: connectors, sandbox, ingest, dbt, quality, publish and the flows over them."""
