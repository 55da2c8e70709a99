"""One module a source: `SOURCE`, `ROUTES`, `key` and `answer`, the source's wire format. Found by walking this package."""
