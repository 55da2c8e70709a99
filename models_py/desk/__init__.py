"""The desk: decide(release, decision_at) and orders(decision, book), the same two functions live and replayed."""

from models_py.desk.decision import Decision
from models_py.desk.policy import POLICY, Policy
from models_py.desk.prepare import decide, prepare

__all__ = ["POLICY", "Decision", "Policy", "decide", "prepare"]
