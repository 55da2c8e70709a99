"""Decisions: pure, the same one by one and many at once, blind to the future, honest about what is old or missing."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from models_py import desk
from models_py.desk.events import at_event, event_days
from models_py.desk.fold import Fold
from models_py.desk.policy import Policy
from models_py.desk.speakers import needed, voices
from models_py.kernel import seeds
from models_py.kernel.errors import UnknownSeries
from models_py.kernel.registry import agents, strategies
from tests.desk.synthetic import panel
from tests.desk.world import FIRST, Made, publish, tables

CUT = date(2021, 6, 30)


def decision_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, 45, tzinfo=UTC)


@pytest.fixture(scope="module")
def summer(release) -> list[desk.Decision]:
    return list(desk.prepare(release, date(2021, 6, 1), date(2021, 6, 30)))


def test_many_at_once_and_one_at_a_time_are_the_same(release, summer):
    for one in summer[:: len(summer) // 3]:
        assert desk.decide(release, one.decision_at).payload() == one.payload()
        assert desk.decide(release, one.decision_at).digest == one.digest


def test_the_id_is_of_the_content_and_the_release(summer):
    assert len({decision.id for decision in summer}) == len(summer)
    assert len(summer[0].id) == 16


def test_a_late_decision_has_the_same_content_and_another_id(release, summer):
    late = desk.decide(release, summer[0].decision_at, catch_up=True)
    assert late.digest == summer[0].digest
    assert late.id != summer[0].id


def test_a_decision_is_made_for_b3_sessions_only(release):
    with pytest.raises(UnknownSeries, match="2021-06-06"):
        desk.decide(release, decision_of(date(2021, 6, 6)))


@pytest.mark.parametrize("poison", ["nan", "times 1e9", "nothing"])
def test_decisions_do_not_move_when_later_rows_are_poisoned(made, release, summer, tmp_path, poison):
    cutoff = decision_of(CUT) - timedelta(minutes=5)
    bad = {}
    for name, frame in tables(made).items():
        later = pl.col("available_at") > cutoff
        numbers = [c for c in frame.columns if frame[c].dtype == pl.Float64]
        if poison == "nothing":
            bad[name] = frame.filter(~later)
        elif poison == "nan":
            bad[name] = frame.with_columns([pl.when(later).then(float("nan")).otherwise(pl.col(c)).alias(c) for c in numbers])
        else:
            bad[name] = frame.with_columns([pl.when(later).then(pl.col(c) * 1e9).otherwise(pl.col(c)).alias(c) for c in numbers])
    other = publish(tmp_path, bad)
    found = list(desk.prepare(other, date(2021, 6, 1), CUT))
    assert [d.digest for d in found] == [d.digest for d in summer]


def test_a_release_that_saw_tomorrow_early_decides_otherwise(made, summer, tmp_path):
    """The test of the test: rows dated one day early are a leak, and the digests show it."""
    leaked = {name: frame.with_columns(pl.col("available_at") - timedelta(days=1)) for name, frame in tables(made).items()}
    found = list(desk.prepare(publish(tmp_path, leaked), date(2021, 6, 1), CUT))
    assert all(mine.digest != theirs.digest for mine, theirs in zip(found, summer, strict=True))


def test_scores_say_what_they_were_read_from(summer):
    decision = summer[-1]
    assert {score.strategy for score in decision.scores if score.status != "NOT BUILT"} == {
        "fx_usdbrl_momentum", "inflation_br_focus_gap", "rates_br_carry_rolldown"
    }  # fmt: skip
    for entry in decision.inputs:
        assert entry.known_at is not None
        assert entry.known_at <= decision.decision_at - timedelta(minutes=5)
        assert entry.reference_date < decision.session
    assert all(view.agent == "monetary" and dict(view.evidence)["i_star"] for view in decision.views)


def test_targets_add_up_over_their_signals(summer):
    for target in summer[-1].targets:
        assert target.exposure == pytest.approx(sum(part for _, part in target.by_signal))


def test_marks_are_those_of_the_eve(summer):
    for decision in summer:
        assert max(mark.session for mark in decision.marks.values()) < decision.session
        assert all(mark.available_at <= decision.decision_at for mark in decision.marks.values())


def changed(made: Made, tmp_path, series: str, drop_after: date | None) -> desk.Decision:
    """The last decision of June 2021 in a world where one series ended early, or never was."""
    frames = tables(made)
    rows = frames["observations"]
    keep = pl.lit(False) if drop_after is None else pl.col("reference_date") <= drop_after
    frames["observations"] = rows.filter((pl.col("series_id") != series) | keep)
    names = sorted(rows["series_id"].unique())
    frames["series"] = pl.DataFrame({"series_id": names, "kind": "series", "unit": "decimal", "grade": "derived", "title": names})
    return desk.decide(publish(tmp_path, frames), decision_of(CUT))


def test_an_input_that_ended_says_stale_and_scores_nothing(made, tmp_path):
    decision = changed(made, tmp_path, "br_focus_ipca_12m_smoothed", date(2021, 5, 28))
    score = next(s for s in decision.scores if s.strategy == "inflation_br_focus_gap")
    assert (score.status, score.score) == ("STALE", 0.0)
    assert score.raw is not None
    assert "br_focus_ipca_12m_smoothed is" in score.reason
    assert next(t for t in decision.targets if t.leg == "bei_252bd").exposure == 0.0
    view = decision.views[0]
    assert (view.status, view.score, view.confidence) == ("STALE", 0.0, 0.0)


def test_an_input_that_never_was_says_no_data_and_the_others_go_on(made, tmp_path):
    decision = changed(made, tmp_path, "usdbrl_excess_index", None)
    by_name = {s.strategy: s for s in decision.scores}
    assert by_name["fx_usdbrl_momentum"].status == "NO DATA"
    assert by_name["fx_usdbrl_momentum"].score is None
    assert "usdbrl_excess_index" in by_name["fx_usdbrl_momentum"].reason
    assert by_name["rates_br_carry_rolldown"].status == "OK"


def test_a_history_too_short_for_the_windows_says_so(release):
    decision = desk.decide(release, decision_of(date(2018, 6, 29)))
    spoken = [s for s in decision.scores if s.status != "NOT BUILT"]
    assert {s.status for s in spoken} == {"NO DATA"}
    assert all("too short" in s.reason for s in spoken)
    assert all(t.exposure == 0.0 for t in decision.targets)


def derived(needs) -> dict[str, dict[str, str]]:
    return {need: {"grade": "derived"} for need in needs}


@pytest.mark.parametrize(("age", "strategy", "agent"), [(1, "OK", "OK"), (2, "OK", "DEGRADED"), (3, "STALE", "STALE")])
def test_an_input_is_stale_beyond_twice_its_age_for_a_strategy_as_for_an_agent(age, strategy, agent):
    asked = Policy(strategies=frozenset({"rates_br_carry_rolldown"}), agents=frozenset({"monetary"}))
    needs = strategies()["rates_br_carry_rolldown"].needs + agents()["monetary"].needs
    assert needed(asked, dict.fromkeys(needs)) == tuple(sorted(set(needs)))
    x = panel(set(needs), 1400).with_columns(pl.lit(age, pl.Int32).alias("br_di1_252bd__age"))
    said, x = voices(x, derived(needs), asked)
    assert [voice.status(1399, x)[0] for voice in said] == [strategy, agent]


def test_an_agent_that_has_no_score_yet_has_no_data_however_old_its_inputs():
    needs = agents()["monetary"].needs
    x = panel(needs, 100).with_columns(pl.lit(2, pl.Int32).alias("br_di1_252bd__age"))
    [voice], x = voices(x, derived(needs), Policy(strategies=frozenset()))
    assert (voice.degraded[-1], np.isnan(voice.raw[-1])) == (True, True)
    assert voice.status(99, x) == ("NO DATA", "history too short for its windows")


def test_a_strategy_that_lacks_an_input_or_a_leg_is_not_built_and_says_what_it_lacks(summer):
    said = {score.strategy: score for score in summer[-1].scores}
    credit, carry = said["sovereign_cds_momentum"], said["fx_usdbrl_carry"]
    assert (credit.status, credit.raw, credit.score) == ("NOT BUILT", None, None)
    assert credit.reason == "not built: cds_br_5y_excess_index, br_cds_5y, cds_br_5y"
    assert carry.reason == "not built: usdbrl_carry_63bd"
    assert not any(who in said and said[who].status == "NOT BUILT" for t in summer[-1].targets for who, _ in t.by_signal)


def test_an_ensemble_of_agents_waits_for_all_of_them(summer):
    said = next(score for score in summer[-1].scores if score.strategy == "cross_agent_ensemble")
    assert "agent_fiscal_credit" in said.reason
    assert "agent_monetary_rates_br" not in said.reason


def test_an_input_without_a_grade_is_taken_for_a_proxy():
    needs = agents()["monetary"].needs
    [voice], x = voices(panel(needs, 1400), derived(needs[1:]) | {needs[0]: {}}, Policy(strategies=frozenset()))
    assert voice.status(1399, x) == ("NO DATA", f"{needs[0]} is a proxy, which trades only if asked for")


def test_before_anything_is_known_there_is_no_decision(release):
    with pytest.raises(UnknownSeries):
        desk.decide(release, decision_of(FIRST - timedelta(days=30)))


def test_a_proxy_trades_only_where_it_is_asked_for(made, tmp_path):
    frames = tables(made)
    names = sorted(frames["observations"]["series_id"].unique())
    grades = ["proxy" if name == "br_bei_252bd" else "market" for name in names]
    frames["series"] = pl.DataFrame({"series_id": names, "kind": "series", "unit": "decimal", "grade": grades, "title": names})
    release = publish(tmp_path, frames)
    asked = Policy(grades=frozenset({"market", "derived", "proxy"}))
    for policy, status in ((Policy(), "NO DATA"), (asked, "OK")):
        decision = desk.decide(release, decision_of(CUT), policy=policy)
        assert next(s for s in decision.scores if s.strategy == "inflation_br_focus_gap").status == status


def test_risk_is_halved_at_a_copom_and_the_day_after(release):
    # COPOM of 16 June 2021, which was also an FOMC
    sizes = {d.session.day: {s.event for s in d.stops} for d in desk.prepare(release, date(2021, 6, 14), date(2021, 6, 18))}
    assert sizes == {14: {1.0}, 15: {1.0}, 16: {0.5}, 17: {0.5}, 18: {1.0}}


def test_risk_is_halved_on_the_eve_and_the_morning_after_a_first_round(release):
    # the first round of 2 October 2022 was a Sunday: Friday's session holds half over it, Monday's trades it
    halved = at_event(np.array(["2022-09-29", "2022-09-30", "2022-10-03", "2022-10-04"], "datetime64[D]"), event_days("live"))
    assert halved.tolist() == [False, True, True, False]


@pytest.mark.parametrize(("world", "meeting", "other"), [("live", "2023-03-22", "2023-03-15"), ("sandbox", "2023-03-15", "2023-03-22")])
def test_a_world_halves_risk_on_the_meetings_of_its_own_committees(world, meeting, other):
    # both committees met on 22 March 2023; the simulated ones on the Wednesday nearest to the 17th
    events = event_days(world)
    assert at_event(np.array([meeting, other], "datetime64[D]"), events).tolist() == [True, False]


def test_nobody_votes_in_the_simulated_country():
    assert np.datetime64("2022-10-02") in event_days("files")
    assert np.datetime64("2022-10-02") not in event_days("sandbox")


def test_first_rounds_are_first_sundays_of_october_and_name_their_source():
    for row in seeds.read("elections").iter_rows(named=True):
        day = date.fromisoformat(row["election_date"])
        assert (day.month, day.weekday(), day.day <= 7) == (10, 6, True)
        assert row["source"]


def test_a_decision_knows_the_vix_of_the_eve_and_a_signal_pays_double_above_thirty(made, release, tmp_path):
    frames = tables(made)
    feared = pl.when(pl.col("series_id") == "us_vix").then(35.0).otherwise(pl.col("value")).alias("value")
    frames["observations"] = frames["observations"].with_columns(feared)
    folds = [Fold(one, CUT, policy=Policy()) for one in (release, publish(tmp_path, frames))]
    assert [fold.vix[-1] for fold in folds] == [18.0, 35.0]
    for row in range(len(folds[0].decisions)):
        for fold in folds:
            fold.advance(row)
        calm, afraid = (fold._costs for fold in folds)
        if calm.any():                     # the first trade: no stop has told the two worlds apart
            np.testing.assert_allclose(afraid, 2 * calm)
            return
    raise AssertionError("nothing was traded")


def test_exposures_of_a_unit_score_run_at_ten_percent_a_year(release):
    made = desk.decide(release, decision_of(CUT), policy=Policy(strategies=frozenset({"fx_usdbrl_momentum"}), agents=frozenset()))
    score, target = made.scores[0].score, made.targets[0]
    sigma = np.sqrt(made.covariance[0][0])
    # one class holds all of the risk: exposure · σ = |s| · 10 %, up to the two ways σ is measured
    assert abs(target.exposure) * sigma == pytest.approx(abs(score) * 0.10, rel=0.3)
