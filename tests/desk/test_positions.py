"""The fold: variation margin, accretion, costs, interest, expiry; and that the parts add to NAV."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.execution.ems import settle
from models_py.execution.order import State, order
from models_py.kernel.errors import JournalError
from models_py.ledger import pnl
from models_py.ledger.journal import Draft, MemoryJournal
from models_py.ledger.marks import Mark
from models_py.ledger.positions import Ledger, fold, following

AT = datetime(2025, 2, 3, 11, 45, tzinfo=UTC)
DAYS = [date(2025, 2, 3), date(2025, 2, 4), date(2025, 2, 5), date(2025, 2, 6)]


def start(amount: float = 1e8) -> MemoryJournal:
    journal = MemoryJournal("sandbox:1")
    journal.append(Draft("cash", "cash:initial", {"amount": amount, "session": str(DAYS[0]), "reason": "capital"}, AT))
    return journal


def send(journal: MemoryJournal, contract: str, quantity: int, session: date, allocation: dict[str, float] | None = None) -> None:
    made = order(
        decision_id=f"d{session}", contract=contract, quantity=quantity, session=session, created_at=AT,
        allocation=allocation or {"carry": float(quantity)}, reference_price=1.0, dv01=0.0 if contract.startswith("dol") else 1.0,
    )  # fmt: skip
    journal.append(Draft("order", f"order:{made.order_id}", made.payload(State.sent), AT))


def mark(contract: str, session: date, price: float, point: float = 1.0, accretion: float = 1.0, dv01: float = 10.0) -> dict[str, Mark]:
    return {contract: Mark(contract, session, price, point, accretion, dv01)}


def close(journal: MemoryJournal, session: date, marks: dict[str, Mark], cdi: float = 1.0) -> None:
    settle(journal, session, marks, cdi_factor=cdi, vix=15.0, at=AT)


def test_a_dollar_future_earns_its_move_times_the_contract_size():
    journal = start()
    send(journal, "dolh25", 10, DAYS[0])
    close(journal, DAYS[0], mark("dolh25", DAYS[0], 5.80, 50_000.0, dv01=0.0))
    close(journal, DAYS[1], mark("dolh25", DAYS[1], 5.85, 50_000.0, dv01=0.0))
    book = fold(journal.events())
    cost = 10 * 5.80 * 50_000 * 1e-4                                # one basis point of notional
    assert book.positions == {"dolh25": 10}
    assert book.nav == pytest.approx(1e8 + 10 * 0.05 * 50_000 - cost)


def test_a_di1_that_grew_at_cdi_alone_earned_nothing():
    journal, cdi = start(), 1.0005
    send(journal, "di1f27", 100, DAYS[0])
    close(journal, DAYS[0], mark("di1f27", DAYS[0], 76_828.74, dv01=0.0))
    close(journal, DAYS[1], mark("di1f27", DAYS[1], 76_828.74 * cdi, accretion=cdi, dv01=0.0), cdi)
    assert pnl.by_strategy(fold(journal.events()))["carry"] == pytest.approx(0.0, abs=1e-6)


def test_cash_earns_cdi_on_the_nav_of_the_eve():
    journal = start()
    close(journal, DAYS[0], {}, 1.0005)
    assert fold(journal.events()).nav == pytest.approx(1e8 * 1.0005)


def test_a_session_without_a_price_moves_nothing_and_the_next_mark_makes_it_good():
    journal = start()
    send(journal, "di1f27", 100, DAYS[0])
    close(journal, DAYS[0], mark("di1f27", DAYS[0], 76_000.0, dv01=0.0))
    close(journal, DAYS[1], {}, 1.0004)
    assert fold(journal.events()).entries[-1].session == DAYS[0]
    close(journal, DAYS[2], mark("di1f27", DAYS[2], 76_080.0, accretion=1.0005, dv01=0.0), 1.0005)
    gained = [entry.variation for entry in fold(journal.events()).entries if entry.session == DAYS[2]]
    assert gained == [pytest.approx(100 * (76_080.0 - 76_000.0 * 1.0004 * 1.0005))]      # two days of CDI, not one


def test_an_order_of_a_session_without_a_price_lapses_and_says_so():
    journal = start()
    send(journal, "dolh25", 10, DAYS[0])
    close(journal, DAYS[0], {})
    book = fold(journal.events())
    assert book.positions == {}
    assert book.working == {}
    assert "no price in session 2025-02-03" in book.lapses[0]["reason"]


def test_what_expires_is_gone_after_its_last_mark():
    journal = start()
    send(journal, "dolg25", 10, DAYS[0])                             # expires on 3 February 2025
    close(journal, DAYS[0], mark("dolg25", DAYS[0], 5.80, 50_000.0, dv01=0.0))
    assert fold(journal.events()).positions == {}


def test_two_strategies_against_each_other_hold_nothing_together_and_earn_opposite_sums():
    journal = start()
    send(journal, "dolh25", 5, DAYS[0], {"carry": 15.0, "momentum": -10.0})
    close(journal, DAYS[0], mark("dolh25", DAYS[0], 5.80, 50_000.0, dv01=0.0))
    close(journal, DAYS[1], mark("dolh25", DAYS[1], 5.90, 50_000.0, dv01=0.0))
    gained = {e.strategy: e.variation for e in fold(journal.events()).entries if e.session == DAYS[1]}
    assert gained["carry"] == pytest.approx(15 * 0.10 * 50_000)
    assert gained["momentum"] == pytest.approx(-10 * 0.10 * 50_000)


def test_a_stopped_desk_cancels_what_works_and_still_marks_what_it_holds():
    journal = start()
    send(journal, "dolh25", 10, DAYS[0])
    close(journal, DAYS[0], mark("dolh25", DAYS[0], 5.80, 50_000.0, dv01=0.0))
    send(journal, "dolh25", 5, DAYS[1])
    settle(journal, DAYS[1], mark("dolh25", DAYS[1], 5.85, 50_000.0, dv01=0.0), cdi_factor=1.0, vix=15.0, at=AT, halted="wrong curve")
    book = fold(journal.events())
    assert book.positions == {"dolh25": 10}
    assert book.working == {}
    assert "emergency stop: wrong curve" in book.lapses[0]["reason"]
    assert book.entries[-1].variation == pytest.approx(10 * 0.05 * 50_000)


def test_money_put_in_is_no_result_and_moves_no_breaker():
    journal = start(100.0)
    close(journal, DAYS[0], {}, 1.0)
    journal.append(Draft("cash", "cash:2", {"amount": -40.0, "session": str(DAYS[1]), "reason": "redemption"}, AT))
    close(journal, DAYS[1], {}, 1.001)
    book = fold(journal.events())
    assert pnl.day(book).total == pytest.approx(60.0 * 0.001)
    assert book.index[-1][1] == pytest.approx(1.001)


def test_an_event_that_does_not_fit_is_refused_again_and_again():
    journal = start()
    journal.append(Draft("fill", "fill:x", {"order_id": "x", "contract": "dolh25"}, AT))
    for _ in range(2):
        with pytest.raises(JournalError, match="not working"):
            following(journal)


def test_a_session_is_settled_once():
    journal = start()
    close(journal, DAYS[0], {}, 1.001)
    close(journal, DAYS[0], {}, 1.001)
    assert fold(journal.events()).nav == pytest.approx(1e8 * 1.001)


def test_a_fold_that_misses_an_event_is_refused():
    journal = start()
    close(journal, DAYS[0], {})
    events = list(journal.events())
    with pytest.raises(JournalError, match="jumps"):
        fold(events[:1] + events[2:])


def test_the_kept_fold_is_the_fold_from_the_beginning():
    journal = start()
    assert following(journal).book().nav == 1e8
    send(journal, "dolh25", 10, DAYS[0])
    close(journal, DAYS[0], mark("dolh25", DAYS[0], 5.80, 50_000.0, dv01=0.0))
    assert following(journal).book() == fold(journal.events())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-40, 40), st.integers(-40, 40), st.floats(0.97, 1.03), st.floats(0.97, 1.03), st.floats(1.0, 1.001), st.booleans()
        ),
        min_size=1, max_size=15,
    )
)
def test_the_parts_add_to_the_change_of_nav_whatever_is_traded(path):
    journal, first = start(), date(2025, 2, 3)
    dol, di1 = 5.8, 76_000.0
    for n, (q_dol, q_di, up_dol, up_di, cdi, hole) in enumerate(path):
        session = first + timedelta(days=n)
        for contract, quantity in (("dolm26", q_dol), ("di1f30", q_di)):
            if quantity:
                send(journal, contract, quantity, session, {"a": quantity * 1.5, "b": -quantity * 0.5})
        dol, di1 = dol * up_dol, di1 * up_di
        marks = {} if hole else mark("dolm26", session, dol, 50_000.0, dv01=0.0) | mark("di1f30", session, di1, 1.0, cdi, 20.0)
        close(journal, session, marks, cdi)
    book = fold(journal.events())
    parts = sum(entry.variation - entry.cost for entry in book.entries)
    assert book.nav - book.flows == pytest.approx(parts + book.interest, abs=1e-9 * 1e8)
    assert sum(pnl.by_contract(book).values()) == pytest.approx(sum(pnl.by_strategy(book).values()), abs=1e-6)
    assert book.costs == pytest.approx(sum(entry.cost for entry in book.entries), abs=1e-6)


def test_day_month_and_year_add_up_to_the_nav():
    journal = start()
    for n, day in enumerate([date(2024, 12, 30), date(2025, 1, 31), date(2025, 2, 3)]):
        close(journal, day, {}, 1.001 + n * 0.001)
    book = fold(journal.events())
    assert pnl.day(book).total == pytest.approx(1e8 * 1.001 * 1.002 * 0.003)
    assert pnl.month_to_date(book).total == pnl.day(book).total
    assert pnl.year_to_date(book).total == pytest.approx(book.nav - 1e8 * 1.001)


def test_an_empty_ledger_is_worth_nothing():
    assert Ledger().book().nav == 0.0
