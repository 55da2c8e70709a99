"""The fourteen checks as the desk feeds them: each can refuse an order of a real decision, and none is answered by itself."""

from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import pytest

from models_py import desk
from models_py.desk.checks import context, earlier_marks, enabled
from models_py.desk.decision import Decision, Stop
from models_py.desk.market import market_of
from models_py.desk.plan import Plan
from models_py.execution.context import Batch
from models_py.execution.order import Order
from models_py.execution.pretrade import CHECKS, check
from models_py.kernel import registry
from models_py.ledger.book import Book
from models_py.ledger.halt import Halt
from models_py.ledger.journal import MemoryJournal
from models_py.ledger.positions import following
from models_py.risk.drawdown import Breaker

DAY = date(2021, 6, 15)
CARRY = "rates_br_carry_rolldown"


@pytest.fixture(scope="module")
def decision(release) -> Decision:
    """A decision with targets, no stop and no event."""
    made = next(d for d in desk.prepare(release, DAY, DAY + timedelta(days=9)) if any(t.exposure for t in d.targets))
    return replace(made, stops=tuple(Stop(s.signal, 1.0, 1.0, 1.0, None, 0.0) for s in made.stops))


def flat(**fields) -> Book:
    return Book(nav=100e6, flows=100e6, navs=[(DAY, 100e6)], **fields)


def failed(
    release, decision: Decision, order: Order | None = None, *, book: Book | None = None, planned: Plan | None = None,
    halt: Halt | None = None, role: str = "desk", policy: desk.Policy = desk.POLICY, batch: Batch | None = None,
) -> dict[str, str]:  # fmt: skip
    """Codes and details of the checks that stop an order (by default the plan's first), as the desk would feed them."""
    book = book or flat()
    planned = planned or desk.plan(decision, book)
    order = order or planned.orders[0]
    known = decision.decision_at - release.settings.pause
    earlier = earlier_marks(market_of(release), decision, book, [order.contract], known)
    given = context(decision, book, planned, halt or Halt(), earlier, role=role, policy=policy)
    return {line.code: line.detail for line in check(order, given, batch or Batch()) if not line.passed}


@pytest.fixture(scope="module")
def first(decision) -> Order:
    """A receiver or payer of DI1 that the plan sends."""
    return next(order for order in desk.plan(decision, flat()).orders if order.contract.startswith("di1"))


def sized(order: Order, quantity: int) -> Order:
    return replace(order, quantity=quantity, allocation={CARRY: float(quantity)})


def test_what_the_desk_plans_passes(release, decision):
    for order in desk.plan(decision, flat()).orders:
        assert failed(release, decision, order) == {}


def test_a_price_is_held_against_the_last_settlement_and_not_against_that_of_when_the_contract_was_last_held(release, decision, first):
    now = decision.marks[first.contract]
    held_long_ago = replace(now, session=now.session - timedelta(days=40), price=now.price * 0.9)
    assert failed(release, decision, first, book=flat(marks={first.contract: held_long_ago})) == {}


def test_a_journalled_settlement_of_the_session_before_comes_before_the_releases(release, decision, first):
    known = decision.decision_at - release.settings.pause
    now = decision.marks[first.contract]
    before = market_of(release).before(first.contract, now.session, known)
    journalled = replace(before, price=before.price * 0.9)
    assert "PRICE_BAND" in failed(release, decision, first, book=flat(marks={first.contract: journalled}))


def test_every_check_refuses_something_the_desk_could_send(release, decision, first):
    book = flat()
    planned = desk.plan(decision, book)
    other = {"contract": first.contract, "quantity": -first.quantity, "session": first.session.isoformat()}
    stale = replace(decision, scores=tuple(replace(s, status="STALE") for s in decision.scores), views=())
    dollar = next(order for order in planned.orders if order.contract.startswith("dol"))
    seen = {
        "ENABLED": failed(release, decision, first, role="visitor"),
        "RUNNING": failed(release, decision, first, halt=Halt(True, "drill")),
        "TRADABLE": failed(release, decision, replace(first, session=first.session + timedelta(days=1))),
        "PRICE_BAND": failed(release, decision, replace(first, reference_price=first.reference_price * 0.97)),
        "SIDE": failed(release, decision, replace(first, dv01=0.0)),
        "QUANTITY": failed(release, decision, sized(first, first.quantity + 1)),
        "DUPLICATE": failed(release, decision, first, batch=Batch(orders=[first])),
        "FRESH": failed(release, stale, replace(first, decision_id=stale.id), planned=planned),
        "LIMITS": failed(release, decision, sized(dollar, -400)),
        "MARGIN": failed(release, decision, sized(dollar, -4000)),
        "SELF_TRADE": failed(release, decision, first, book=flat(working={"x": other}), planned=planned),
        "RESTRICTED": failed(release, decision, first, policy=replace(desk.POLICY, restricted=frozenset({first.contract}))),
        "RATE": failed(release, decision, sized(dollar, -8000)),
        "LINEAGE": failed(release, decision, replace(first, decision_id="0" * 16)),
    }
    assert list(seen) == [code for code, _ in CHECKS]
    for code, refused in seen.items():
        assert code in refused, f"{code} let the order pass: {refused}"


def test_a_settlement_that_jumps_is_caught_by_the_one_before_it(release, decision, first):
    # a DI1 of one to four years moves 50 bp for 0.5 % of price a year; a price 3 % off is a print to look at, not to trade at
    wrong = {c: replace(m, price=m.price * 0.97) if c == first.contract else m for c, m in decision.marks.items()}
    jumped = replace(decision, marks=wrong)
    planned = desk.plan(jumped, flat())
    order = next(o for o in planned.orders if o.contract == first.contract)
    told = failed(release, jumped, order, planned=planned)
    day = market_of(release).sessions(jumped.session - timedelta(days=7), jumped.session)[-3]
    assert set(told) == {"PRICE_BAND"}
    assert told["PRICE_BAND"].endswith(f"of rate from the settlement of {day}")


def test_the_journal_s_own_settlement_comes_before_the_release_s(release, decision, first):
    now = decision.marks[first.contract]
    remembered = replace(now, session=now.session - timedelta(days=1), price=now.price * 1.05)
    book = flat(earlier={first.contract: remembered}, marks={first.contract: now})
    assert set(failed(release, decision, first, book=book)) == {"PRICE_BAND"}
    assert failed(release, decision, first, book=flat(marks={first.contract: now})) == {}


def test_a_contract_without_an_earlier_settlement_is_not_bought_but_may_be_sold_down(release, decision, first):
    young = replace(decision, marks={**decision.marks, first.contract: replace(decision.marks[first.contract], session=date(2015, 1, 5))})
    assert "no settlement before 2015-01-05" in failed(release, young, replace(first, decision_id=young.id))["PRICE_BAND"]
    held = flat(positions={first.contract: -2 * first.quantity})
    cut = desk.plan(young, held)
    assert "PRICE_BAND" not in failed(release, young, replace(first, decision_id=young.id), book=held, planned=cut)


def test_a_cut_is_not_stopped_by_the_fall_it_answers(release, decision, first):
    fallen = replace(first, reference_price=first.reference_price * 0.97)
    assert "PRICE_BAND" in failed(release, decision, fallen)
    assert "PRICE_BAND" not in failed(release, decision, fallen, book=flat(positions={first.contract: -2 * first.quantity}))


@pytest.mark.parametrize("names", [(), ("fx_usdbrl_momentum",)])
def test_a_strategy_that_the_policy_leaves_out_may_not_take_risk(release, decision, first, names):
    policy = desk.Policy(strategies=frozenset(names), agents=frozenset())
    assert CARRY in failed(release, decision, first, policy=policy)["ENABLED"]


def test_a_strategy_that_the_registry_disables_may_not_take_risk(release, decision, first, monkeypatch):
    off = {name: replace(s, enabled=name != CARRY) for name, s in registry.strategies().items()}
    monkeypatch.setattr("models_py.desk.speakers.strategies", lambda: off)
    assert CARRY in failed(release, decision, first)["ENABLED"]


def test_a_suspended_signal_may_not_take_risk_until_a_person_lifts_it(release, decision, first):
    stopped = replace(decision, stops=tuple(replace(s, suspended=DAY) if s.signal == CARRY else s for s in decision.stops))
    order, planned = replace(first, decision_id=stopped.id), desk.plan(decision, flat())
    assert CARRY in failed(release, stopped, order, planned=planned)["ENABLED"]
    assert failed(release, stopped, order, planned=planned, book=flat(resumed={CARRY: DAY})) == {}


def test_a_signal_that_only_closes_does_not_stop_the_order_of_another(release, decision, first):
    # the suspended one gives back 5 of what it holds, the other takes 30: the order as a whole adds risk
    side = 1 if first.quantity > 0 else -1
    stopped = replace(decision, stops=tuple(replace(s, suspended=DAY) if s.signal == CARRY else s for s in decision.stops))
    momentum = "fx_usdbrl_momentum"
    mixed = replace(first, decision_id=stopped.id, quantity=side * 25, allocation={CARRY: -side * 5.0, momentum: side * 30.0})
    book = flat(positions={first.contract: side * 5}, by_strategy={CARRY: {first.contract: side * 5.0}})
    planned = replace(desk.plan(stopped, book), orders=(mixed,))
    assert CARRY not in enabled(stopped, book, desk.POLICY)
    assert failed(release, stopped, mixed, book=book, planned=planned) == {}


def test_a_breaker_stops_what_adds_and_lets_pass_what_cuts(release, decision, first):
    planned = replace(desk.plan(decision, flat()), breaker=Breaker(blocks_increase=True, reason="lost 2 % in a day"))
    assert failed(release, decision, first, planned=planned) == {"RUNNING": "breaker: lost 2 % in a day"}
    held = flat(positions={first.contract: -2 * first.quantity})
    assert "RUNNING" not in failed(release, decision, first, book=held, planned=planned)


def test_a_blackout_is_a_session_without_orders(release, decision):
    policy = replace(desk.POLICY, blackouts=frozenset({decision.session}))
    journal = MemoryJournal(release.world_id)
    step = desk.step(release, journal, decision.decision_at, decision=decision, policy=policy)
    assert step.sent == ()
    assert {code for refusal in following(journal).book().refusals for code in refusal["failed"]} == {"RESTRICTED"}


def test_a_visitor_s_run_decides_and_sends_nothing(release, decision):
    journal = MemoryJournal(release.world_id)
    step = desk.step(release, journal, decision.decision_at, decision=decision, role="visitor")
    assert step.decision is not None
    assert step.sent == ()


def test_an_order_beyond_three_times_the_median_of_twenty_is_refused(release, decision, first):
    fills = [{"session": "2021-06-01", "contract": first.contract, "quantity": 5}] * 20
    assert median(abs(fill["quantity"]) for fill in fills) == 5
    assert "QUANTITY" in failed(release, decision, sized(first, 20), book=flat(fills=fills))
