"""The desk's part of a run: settle the last orders at the prices of their session, then decide each session that is due.

A first run opens the book some sessions back and walks them, so that there are fills and P&L to see. From then on nothing is filled
in the past: a session missed is written down late and sends nothing. A session is decided once: a second run at the same instant
adds nothing.
"""

from contextlib import closing
from datetime import datetime
from typing import Any

from models_py import desk
from models_py.gold import Release, open_release
from models_py.ledger.audit import open_audit
from models_py.ledger.halt import flag_path
from models_py.ledger.journal import Journal
from models_py.ledger.journal_sql import open_journal
from pipelines.progress import Step, silent
from pipelines.stages import Run

FIRST_SESSIONS = 3


def trade(run: Run, progress: Step = silent) -> dict[str, Any]:
    """Bring the book up to the run's instant; the desk's summary of it.

    Raises:
        JournalError: the journal's chain is broken or its audit copy differs: nothing is decided.
        LakeError: nothing is published.
    """
    with open_release(run.settings) as release, closing(open_journal(run.settings, run.lake)) as journal:
        audit = open_audit(run.settings, run.lake)
        audit.sync(journal)
        due = _due(release, journal, run)
        for number, decision_at in enumerate(due):
            progress(f"session {release.session(decision_at)}", number, len(due))
            desk.step(release, journal, decision_at, audit=audit, flag=flag_path(run.lake), now=run.at)
        desk.close(release, journal, run.at, audit=audit, flag=flag_path(run.lake))
        return desk.summary(release, journal)


def _due(release: Release, journal: Journal, run: Run) -> list[datetime]:
    past = [at for at in release.decisions(run.settings.start, run.at.date()) if at <= run.at]
    decided = desk.last_session(journal)
    return past[-FIRST_SESSIONS:] if decided is None else [at for at in past if release.session(at) > decided]
