"""The desk: decide(release, decision_at) and orders(decision, book), the same two functions live and replayed."""

from models_py.desk.day import Step, close, last_session, step
from models_py.desk.decision import Decision
from models_py.desk.market import end_of_session, window_end
from models_py.desk.plan import Plan, orders, plan
from models_py.desk.policy import POLICY, Policy
from models_py.desk.prepare import decide, prepare
from models_py.desk.summary import summary

__all__ = [
    "POLICY", "Decision", "Plan", "Policy", "Step", "close", "decide", "end_of_session", "last_session", "orders", "plan", "prepare",
    "step", "summary", "window_end",
]  # fmt: skip
