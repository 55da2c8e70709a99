"""Typed errors. Each names the id and the value concerned, so that a message says what to look at and what to do.

A caller catches the one it can mend; `MacroError` itself is caught only at the command line, which prints it and exits with 1.
"""


class MacroError(Exception):
    """Anything the desk refuses or fails to do, told in one line."""


class ConfigError(MacroError):
    """A setting, seed or command-line value that cannot be used."""


class SourceError(MacroError):
    """A source did not give usable data. `source`, `key` and `reason` say which, what and why."""

    def __init__(self, source: str, key: str, reason: str) -> None:
        super().__init__(f"{source} {key}: {reason}")
        self.source, self.key, self.reason = source, key, reason

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return type(self), (self.source, self.key, self.reason)


class SourceDown(SourceError):
    """The source cannot be reached or answers with a server error: a retry may help."""


class SourceRefused(SourceError):
    """The source answers that the request is wrong (unknown code, bad key, window too long): a retry will not help."""


class CodeMismatch(SourceError):
    """A code whose title at its source is not what the catalogue says, or is not confirmed yet: nothing of it is loaded."""


class RateLimited(SourceDown):
    """The source asks to slow down."""


class PayloadError(SourceError):
    """Bytes arrived but are not what the source documents: HTML, wrong type, missing field, a value that is not a number."""


class MissedSession(SourceError):
    """A session of what a source drops has not been fetched; the reason says for how many sessions it still can be."""


class LostSession(SourceError):
    """A session that was not fetched before its source dropped it."""


class ImportMapError(MacroError):
    """A file that disagrees with its import map. Names file, line and column."""


class LakeError(MacroError):
    """The lake is missing, belongs to another world, or holds an object whose bytes do not match their name."""


class LakeDown(LakeError):
    """The server of the lake cannot be reached, is too slow or answers with an error of its own: a retry may help."""


class LakeRefused(LakeError):
    """The server of the lake refuses the key, or the key may not do this: a retry will not help."""


class BuildError(MacroError):
    """dbt could not build or test the models."""


class QualityError(MacroError):
    """Data failed the checks at the door of a release: nothing was published."""


class PublishError(MacroError):
    """A release cannot replace the current one."""


class UnknownSeries(MacroError):
    """A series, instrument, curve or contract id that the release does not hold."""


class NaiveCutoff(MacroError, ValueError):
    """A cut-off instant without an offset. Knowledge time is never guessed."""


class RegistryError(MacroError):
    """A strategy, agent or gateway declares something the desk does not allow."""


class JournalError(MacroError):
    """The journal's hash chain is broken, or its audit copy differs."""


class RiskError(MacroError):
    """Risk cannot be measured: a factor, scenario or mark is missing. Nothing is assumed to be zero."""
