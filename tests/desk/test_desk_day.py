"""A day of the desk: settle, decide, order, check, send; repeated, it adds nothing."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from models_py import desk
from models_py.desk import book_risk
from models_py.desk.book_risk import Measured, risk_note
from models_py.desk.decision import Stop
from models_py.desk.inputs import factor_levels
from models_py.desk.plan import _worth, suspended
from models_py.ledger import halt
from models_py.ledger.book import Book
from models_py.ledger.halt import Halt
from models_py.ledger.journal import MemoryJournal
from models_py.ledger.positions import following
from models_py.risk.drawdown import Breaker
from pipelines.book_report import book_text

FIRST, LAST = date(2021, 6, 1), date(2021, 6, 30)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, 45, tzinfo=UTC)


@pytest.fixture(scope="module")
def decisions(release) -> list[desk.Decision]:
    return list(desk.prepare(release, FIRST, LAST))


@pytest.fixture(scope="module")
def walked(release, decisions):
    journal = MemoryJournal(release.world_id)
    steps = [desk.step(release, journal, d.decision_at, decision=d) for d in decisions]
    return journal, steps


@pytest.fixture
def quiet(decisions) -> desk.Decision:
    """A decision with no stop and no event."""
    first = next(d for d in decisions if any(t.exposure for t in d.targets))
    return replace(first, stops=tuple(Stop(s.signal, 1.0, 1.0, 1.0, None, 0.0) for s in first.stops))


def flat(nav: float = 100e6, **fields) -> Book:
    return Book(nav=nav, flows=nav, navs=[(FIRST, nav)], **fields)


def test_orders_are_a_function_of_decision_and_book(quiet):
    assert desk.orders(quiet, flat()) == desk.orders(quiet, flat())
    assert desk.orders(quiet, flat())


def test_twice_the_money_wants_twice_the_contracts(quiet):
    one, two = desk.plan(quiet, flat()).wanted, desk.plan(quiet, flat(200e6)).wanted
    assert {c: q for c, q in two.items() if q} == pytest.approx({c: 2 * q for c, q in one.items() if q})


def test_orders_are_lots_of_listed_contracts_a_third_of_the_way(quiet):
    planned = desk.plan(quiet, flat())
    for order in planned.orders:
        wanted = planned.wanted[order.contract]
        assert order.quantity * wanted > 0
        assert abs(order.quantity) <= max(abs(wanted) / 3, 5)
        assert order.quantity % (1 if order.contract.startswith("dap") else 5) == 0
        assert order.session == quiet.session


def test_a_halted_book_orders_nothing(quiet):
    planned = desk.plan(quiet, flat(halt=Halt(True, "test", ("a",), "")))
    assert planned.orders == ()
    assert "halted" in planned.notes[-1]


def test_a_breaker_scales_and_cuts_at_once(quiet):
    whole = desk.plan(quiet, flat())
    half = desk.plan(quiet, flat(), breaker=Breaker(multiplier=0.5))
    assert half.scale == pytest.approx(whole.scale / 2)
    book = flat(positions={c: round(q) // 5 * 5 for c, q in whole.wanted.items() if abs(q) >= 5})
    book.by_strategy = {"rates_br_carry_rolldown": {c: float(q) for c, q in book.positions.items()}}
    gone = desk.plan(quiet, book, breaker=Breaker(multiplier=0.0, flatten=True))
    assert {o.contract: o.quantity for o in gone.orders} == {c: -q for c, q in book.positions.items()}


def test_from_eight_percent_on_a_strategy_that_never_traded_waits(quiet):
    eight = Breaker(multiplier=0.5, no_new_strategies=True, tier=2)
    assert any(q for q in desk.plan(quiet, flat(), breaker=replace(eight, no_new_strategies=False)).wanted.values())
    none = desk.plan(quiet, flat(), breaker=eight)
    assert none.orders == ()
    assert any("no new strategies in a drawdown: agent_monetary_rates_br, fx_usdbrl_momentum" in note for note in none.notes)
    known = flat(by_strategy={"fx_usdbrl_momentum": {}})
    orders = desk.plan(quiet, known, breaker=eight).orders
    assert orders
    assert {who for order in orders for who in order.allocation} == {"fx_usdbrl_momentum"}


LAST_TIER = Breaker(
    multiplier=0.0, blocks_increase=True, no_new_strategies=True, flatten=True, tier=4, reason="drawdown tier 4, 12.5% below the high"
)  # fmt: skip


def test_the_last_drawdown_tier_flattens_halts_and_is_left_by_two_people_alone(release, decisions, monkeypatch):
    journal = MemoryJournal(release.world_id)
    for decision in decisions[:3]:
        desk.step(release, journal, decision.decision_at, decision=decision)
    monkeypatch.setattr("models_py.desk.day.breaker", lambda *_: LAST_TIER)
    closing = desk.step(release, journal, decisions[3].decision_at, decision=decisions[3])
    assert {o.contract: o.quantity for o in closing.sent} == {c: -q for c, q in closing.book.positions.items()}
    flat_now = desk.step(release, journal, decisions[4].decision_at, decision=decisions[4])
    assert flat_now.book.positions == {}
    assert flat_now.book.halt.reason.startswith("drawdown tier 4, 12.5% below the high; flat")
    assert flat_now.sent == ()
    desk.step(release, journal, decisions[5].decision_at, decision=decisions[5])
    assert sum(event.kind == "halt" for event in journal.events()) == 1
    night = desk.end_of_session(decisions[5].session) + timedelta(hours=8)
    desk.close(release, journal, night)
    halt.resume(journal, None, halt=following(journal).book().halt, reason="reviewed", by=["ana", "bruno"], at=night)
    assert following(journal).book().approvals == [decisions[5].session]
    for decision, state in ((decisions[6], LAST_TIER), (decisions[7], replace(LAST_TIER, approved=1))):
        monkeypatch.setattr("models_py.desk.day.breaker", lambda *_, state=state: state)
        after = desk.step(release, journal, decision.decision_at, decision=decision)
        assert not after.book.halt.is_halted
        assert after.sent == ()


def test_within_the_band_a_move_must_be_twice_as_large_to_be_worth_it_where_costs_are_doubled(quiet):
    contract = next(c for c, q in desk.plan(quiet, flat()).wanted.items() if q and c.startswith("di1"))

    def smallest(vix: float | None) -> int:
        calm_or_not = replace(quiet, vix=vix)
        engine = desk.plan(calm_or_not, flat()).fit.engine
        worth = _worth(calm_or_not, flat(), engine, dict(quiet.marks), desk.POLICY)
        return next(d for d in range(1, 20_000) if worth(contract, 100_000.0 - d, 100_000.0))

    calm, stressed = smallest(29.0), smallest(31.0)
    assert stressed == pytest.approx(2 * calm, abs=2)
    assert smallest(None) == calm


def test_stops_take_the_signals_share_out_of_every_leg(quiet):
    stopped = replace(quiet, stops=tuple(replace(s, trade=0.0) if s.signal == "rates_br_carry_rolldown" else s for s in quiet.stops))
    before, after = desk.plan(quiet, flat()).wanted, desk.plan(stopped, flat()).wanted
    assert any(q for c, q in before.items() if c.startswith("di1"))
    views = any(v for t in quiet.targets for who, v in t.by_signal if who.startswith("agent"))
    assert views or not any(q for c, q in after.items() if c.startswith("di1"))


def test_a_suspension_stands_until_a_person_lifts_it():
    stop = Stop("x", 1.0, 0.5, 1.0, date(2021, 5, 3), 0.21)
    assert suspended(stop, flat())
    assert suspended(stop, flat(resumed={"x": date(2021, 5, 2)}))
    assert not suspended(stop, flat(resumed={"x": date(2021, 5, 20)}))
    assert not suspended(replace(stop, suspended=None), flat())


def test_limits_hold_for_what_is_wanted(decisions):
    for decision in decisions[::5]:
        planned = desk.plan(decision, flat())
        report = planned.fit.engine.measure(planned.wanted, 100e6)
        assert report.worst_var <= 0.0125 * 100e6 * (1 + 1e-6)
        assert report.worst_stress <= 0.10 * 100e6 * (1 + 1e-6)
        assert abs(report.fx_net) <= 0.35 * 100e6 * (1 + 1e-6)


def blind(decision: desk.Decision) -> desk.Decision:
    """The decision with too little history to measure risk on."""
    return replace(decision, levels=replace(decision.levels, dates=decision.levels.dates[-100:], values=decision.levels.values[-100:]))


def test_risk_that_cannot_be_measured_is_not_taken(quiet):
    planned = desk.plan(blind(quiet), flat())
    assert planned.orders == ()
    assert "no new risk: value at risk needs 504 days" in planned.notes[0]
    assert {reading.status for reading in planned.fit.readings} == {"unmeasured"}


def test_what_is_held_when_risk_cannot_be_measured_is_not_thrown_out_but_may_shrink(quiet):
    wanted = {c: round(q) // 5 * 5 for c, q in desk.plan(quiet, flat()).wanted.items() if abs(q) >= 5 and c.startswith("di1")}
    for times, moves in ((1, False), (3, True)):
        book = flat(positions={c: times * q for c, q in wanted.items()})
        book.by_strategy = {"rates_br_carry_rolldown": {c: float(q) for c, q in book.positions.items()}}
        orders = desk.plan(blind(quiet), book).orders
        assert bool(orders) == moves
        assert all(0 < -o.quantity / book.positions[o.contract] < 1 for o in orders)


def test_a_desk_without_money_takes_no_risk(quiet):
    planned = desk.plan(quiet, flat(nav=-1.0))
    assert planned.orders == ()
    assert "NAV is -1.00" in planned.notes[0]


def test_limits_that_cannot_be_measured_are_told_as_such_and_old_figures_carry_their_date(release, walked, monkeypatch):
    journal, steps = walked
    nothing = factor_levels(release, (), steps[-1].decision.decision_at)
    monkeypatch.setattr(book_risk, "factor_levels", lambda *_: nothing)
    told = json.loads(json.dumps(desk.summary(release, journal), allow_nan=False))
    assert [(r["id"], r["status"], r["value"]) for r in told["limits"]] == [
        (name, "unmeasured", None) for name in ("L1", "L3", "L5_GROSS", "L5_NET")
    ]  # fmt: skip
    assert "504 days" in told["risk_reason"]
    assert not told["risk"]["is_current"]
    assert told["risk"]["session"] == steps[-1].settled[-1].payload["session"]
    page = book_text(told)
    assert "RISK NOT MEASURED" in page
    assert f"after session {told['risk']['session']}, the last one measured" in page
    assert page.count("not measured") == 8


def test_a_note_without_a_report_leaves_the_last_measured_one_in_the_book(release, walked):
    book = following(walked[0]).book()
    copy = MemoryJournal(release.world_id)
    copy.append(risk_note("a", FIRST, Measured(walked[1][-1].plan.fit.risk), at(FIRST)))
    copy.append(risk_note("b", LAST, Measured(None, "no history"), at(LAST)))
    noted = following(copy).book()
    assert (noted.risk["session"], noted.risk["reason"]) == (LAST.isoformat(), "no history")
    assert noted.measured["session"] == FIRST.isoformat()
    assert book.risk == book.measured


def test_a_held_contract_rolls_five_days_before_its_last_trade(walked):
    _, steps = walked
    # DOL of July 2021: last trade 30 June, so from 23 June the desk holds August
    for step in steps:
        if step.decision.session >= date(2021, 6, 24) and "dolq21" in step.book.marks:
            assert "doln21" not in {o.contract for o in step.sent if o.purpose != "roll"}
    rolls = {o.contract for s in steps for o in s.sent if o.purpose == "roll"}
    assert rolls == {"doln21", "dolq21"}


def test_fills_are_priced_at_the_settlement_of_their_session_after_the_decision(walked, made):
    journal, _ = walked
    book = following(journal).book()
    assert book.fills
    marks = made.marks().rows_by_key(["instrument_id", "reference_date"], named=True, unique=True)
    decided = {d["decision_id"]: d for d in book.decisions.values()}
    orders = {e.payload["order_id"]: e.payload for e in journal.events() if e.kind == "order"}
    for fill in book.fills:
        session = date.fromisoformat(fill["session"])
        assert fill["price"] == pytest.approx(marks[fill["contract"], session]["price"])
        assert marks[fill["contract"], session]["available_at"] > datetime.fromisoformat(
            decided[orders[fill["order_id"]]["decision_id"]]["decision_at"]
        )
        assert fill["cost"] > 0


def test_the_parts_of_the_result_add_to_the_change_of_nav(walked):
    book = following(walked[0]).book()
    earned = sum(e.variation - e.cost for e in book.entries)
    assert book.nav == pytest.approx(book.flows + earned + book.interest)
    assert book.interest > 0


def test_strategies_hold_what_the_book_holds(walked):
    book = following(walked[0]).book()
    for contract, quantity in book.positions.items():
        assert sum(parts.get(contract, 0.0) for parts in book.by_strategy.values()) == pytest.approx(quantity)


def test_a_day_repeated_adds_nothing(release, decisions, walked):
    journal, _ = walked
    head = journal.head
    again = desk.step(release, journal, decisions[-1].decision_at)
    assert again.decision is None
    assert "decided before" in again.reason
    assert journal.head == head


def test_a_session_decided_from_another_release_is_not_decided_again(release, decisions, walked):
    journal, _ = walked
    late = desk.step(release, journal, decisions[-1].decision_at, now=at(LAST))
    assert late.decision is None


def test_one_by_one_and_replayed_write_the_same_journal(release, decisions):
    live, replayed = MemoryJournal(release.world_id), MemoryJournal(release.world_id)
    for decision in decisions[:3]:
        desk.step(release, live, decision.decision_at)
        desk.step(release, replayed, decision.decision_at, decision=decision)
    assert live.head.hash == replayed.head.hash


def test_a_missed_session_is_settled_on_the_way(release, decisions):
    journal = MemoryJournal(release.world_id)
    desk.step(release, journal, decisions[0].decision_at, decision=decisions[0])
    after = desk.step(release, journal, decisions[3].decision_at, decision=decisions[3])
    assert [session for session, _ in after.book.navs] == [d.session for d in decisions[:3]]


def test_a_run_ends_by_settling_what_is_out(release, decisions):
    journal = MemoryJournal(release.world_id)
    desk.step(release, journal, decisions[0].decision_at, decision=decisions[0])
    noon = decisions[0].decision_at + timedelta(hours=3)
    assert desk.close(release, journal, noon) == ()
    night = at(decisions[0].session + timedelta(days=1)) - timedelta(hours=6)
    assert desk.close(release, journal, night)
    assert following(journal).book().session == decisions[0].session
    assert desk.close(release, journal, night) == ()


def test_closing_an_empty_journal_does_nothing(release):
    assert desk.close(release, MemoryJournal(release.world_id), at(LAST)) == ()


def test_what_passes_the_checks_is_sent_and_little_is_refused(walked):
    _, steps = walked
    planned, sent = sum(len(s.plan.orders) for s in steps), sum(len(s.sent) for s in steps)
    assert sent > 0.8 * planned


def test_the_summary_is_json_and_agrees_with_the_book(release, walked):
    journal, _ = walked
    told = json.loads(json.dumps(desk.summary(release, journal), allow_nan=False))
    book = following(journal).book()
    assert told["nav"] == pytest.approx(book.nav)
    assert {p["contract"]: p["quantity"] for p in told["positions"]} == book.positions
    built = {s["strategy"] for s in told["scores"] if s["status"] != "NOT BUILT"}
    assert built == {"fx_usdbrl_momentum", "inflation_br_focus_gap", "rates_br_carry_rolldown"}
    assert {reading["id"] for reading in told["limits"]} == {"L1", "L3", "L5_NET", "L5_GROSS"}
    assert set(told["risk"]["stress"]) == {"TAPER13", "COVID20", "FISCAL24"}
    assert all(order["state"] in ("sent", "rejected", "filled", "lapsed") for order in told["orders"])


def test_the_summary_of_an_empty_journal_is_told_too(release):
    told = json.loads(json.dumps(desk.summary(release, MemoryJournal(release.world_id)), allow_nan=False))
    assert told["positions"] == []
    assert told["nav"] == 0


def test_a_run_leaves_the_risk_of_its_book_in_the_journal(release, decisions):
    journal = MemoryJournal(release.world_id)
    for decision in decisions[:2]:
        desk.step(release, journal, decision.decision_at, decision=decision)
    desk.close(release, journal, at(decisions[1].session + timedelta(days=1)))
    noted = following(journal).book().risk
    assert noted["session"] == decisions[1].session.isoformat()
    assert noted["risk"]["var"]["filtered"]["var"] > 0


def test_the_emergency_stop_is_journalled_and_stops_orders_but_not_decisions(release, decisions, tmp_path):
    journal = MemoryJournal(release.world_id)
    flag = tmp_path / "HALT"
    halt.stop(flag, reason="drill", by="risk", at=decisions[0].decision_at)
    step = desk.step(release, journal, decisions[0].decision_at, decision=decisions[0], flag=flag)
    assert step.decision is not None
    assert step.sent == ()
    assert following(journal).book().halt.reason == "drill"


class Cut(MemoryJournal):
    """A journal whose process dies at the first order."""

    dead = True

    def append(self, *drafts):
        if self.dead and any(draft.kind == "order" for draft in drafts):
            raise KeyboardInterrupt
        return super().append(*drafts)


def test_a_run_killed_between_decision_and_orders_is_finished_by_the_next(release, decisions):
    whole, cut = MemoryJournal(release.world_id), Cut(release.world_id)
    desk.step(release, whole, decisions[0].decision_at, decision=decisions[0])
    with pytest.raises(KeyboardInterrupt):
        desk.step(release, cut, decisions[0].decision_at, decision=decisions[0])
    assert desk.last_session(cut) is None
    cut.dead = False
    again = desk.step(release, cut, decisions[0].decision_at)
    assert again.sent
    assert cut.head.hash == whole.head.hash
