"""`macro curve` and `macro path` on a small release made by hand."""

import json
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from models_py.quant.policy_path import effective_days
from models_py.quant.step_curve import StepCurve
from pipelines.cli import app
from pipelines.curve_report import _meetings
from tests.gold.conftest import CURVE, NOW, publish

__all__ = ["publish"]
DAY, KNOWN = datetime(2024, 1, 22, tzinfo=UTC).date(), datetime(2024, 1, 22, 23, tzinfo=UTC)
DI = {21: 0.1130, 63: 0.1090, 126: 0.1040, 252: 0.0990, 504: 0.0975, 1260: 0.1020}
REAL = {126: 0.0600, 252: 0.0580, 504: 0.0540, 1260: 0.0545}
UST = {21: 0.0550, 126: 0.0520, 252: 0.0480, 504: 0.0435}


def rows(curve_id, nodes, known=KNOWN, vintage=1, day=DAY):
    return [
        (curve_id, day, tenor, known, NOW, vintage, rate, (1 + rate) ** (-tenor / 252), "by hand", "derived")
        for tenor, rate in nodes.items()
    ]


@pytest.fixture
def lake(publish):
    curves = [*rows("br_di1", DI), *rows("br_real", REAL), *rows("us_ust", UST)]
    curves += rows("br_di1", {**DI, 252: 0.0995}, datetime(2024, 1, 25, tzinfo=UTC), 2)
    money = [(name, "2024-01-19", "2024-01-19T23:00:00+00:00", value) for name, value in
             (("br_cdi_spliced", 0.1165), ("br_selic_target", 0.1175), ("us_short_rate", 0.0531))]  # fmt: skip
    return publish(money, pl.DataFrame(curves, CURVE, orient="row")).settings.lake


def macro(lake, *arguments):
    return CliRunner().invoke(app, [*arguments, "--lake", lake])


def asked(lake, *arguments):
    told = macro(lake, *arguments, "--json")
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def test_a_curve_is_told_at_its_nodes_as_it_was_known(lake):
    now = asked(lake, "curve", "br_di1")
    then = asked(lake, "curve", "br_di1", "--as-of", "2024-01-23T08:45:00-03:00")
    assert {row["tenor_bd"]: row["zero_rate"] for row in then["points"]} == pytest.approx(DI, abs=1e-14)
    assert {row["tenor_bd"]: row["zero_rate"] for row in now["points"]} == pytest.approx({**DI, 252: 0.0995}, abs=1e-14)
    assert then["points"][0]["discount_factor"] == pytest.approx(1.113 ** (-21 / 252))
    # (1.099^252 / 1.104^126)^(1/126) - 1 a year
    assert then["points"][3]["forward_rate"] == pytest.approx(1.099**2 / 1.104 - 1, abs=1e-12)
    assert (then["grade"], then["reference_date"]) == ("derived", "2024-01-22")


@pytest.mark.parametrize("method", ["flat", "smooth", "step"])
def test_every_exact_method_meets_the_nodes(lake, method):
    answer = asked(lake, "curve", "br_di1", "--as-of", "2024-01-23T00:00:00Z", "--method", method)
    assert {row["tenor_bd"]: pytest.approx(row["zero_rate"], abs=1e-9) for row in answer["points"]} == DI


def test_a_fitted_form_tells_its_parameters_and_its_error(lake):
    answer = asked(lake, "curve", "br_di1", "--method", "nelson-siegel", "--tenors", "252,756")
    assert [row["tenor_bd"] for row in answer["points"]] == [252, 756]
    assert 0 < answer["rmse_bp"] < 25
    assert answer["parameters"]["b4"] == 0
    told = macro(lake, "curve", "us_ust", "--method", "svensson")
    assert told.exit_code == 1
    assert "6 nodes" in told.stderr


def test_breakeven_is_by_fisher_on_zero_rates(lake):
    answer = asked(lake, "curve", "br_breakeven", "--as-of", "2024-01-23T00:00:00Z")
    assert {row["tenor_bd"]: row["zero_rate"] for row in answer["points"]} == {
        tenor: pytest.approx((1 + DI[tenor]) / (1 + rate) - 1, abs=1e-12) for tenor, rate in REAL.items()
    }


def test_a_path_of_two_cuts_of_half_a_point_is_read_off_the_curve_that_has_them(publish):
    days = _meetings("copom", "sandbox", DAY)
    starts = effective_days("copom", days, DAY)
    levels = np.r_[0.1165, 0.1115, 0.1065, np.full(len(starts) - 2, 0.1065)]
    nodes = np.r_[starts[1], starts[2], starts[3], 300.0]
    curve = StepCurve(np.r_[0.0, starts], levels)
    made = {int(tenor): float(rate) for tenor, rate in zip(nodes, curve.rates(nodes), strict=True)}
    paid = ("2024-01-19", "2024-01-19T23:00:00+00:00")
    money = [("br_cdi_spliced", *paid, 0.1165), ("br_selic_target", *paid, 0.1175)]
    lake = publish(money, pl.DataFrame(rows("br_di1", made), CURVE, orient="row")).settings.lake
    answer = asked(lake, "path", "copom", "--meetings", "3")
    assert [meeting["meeting"] for meeting in answer["meetings"]] == [day.isoformat() for day in days[:3]]
    assert [meeting["change_bp"] for meeting in answer["meetings"]] == pytest.approx([-50, -50, 0], abs=1e-4)
    assert [meeting["target"] for meeting in answer["meetings"]] == pytest.approx([0.1125, 0.1075, 0.1075], abs=1e-8)
    assert answer["meetings"][0]["moves_bp"]["-50"] == pytest.approx(1.0, abs=1e-4)
    assert sum(answer["meetings"][2]["levels"].values()) == pytest.approx(1.0, abs=1e-6)


def test_a_path_of_the_fomc_is_a_proxy_and_starts_from_the_overnight_rate_compounded(lake):
    answer = asked(lake, "path", "fomc", "--meetings", "2")
    assert (answer["grade"], answer["target"]) == ("proxy", None)
    assert answer["overnight"] == pytest.approx((1 + 0.0531 / 360) ** 365 - 1)
    assert answer["meetings"][0]["change_bp"] < 0


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["curve", "br_moon"], 1, "br_moon"),
        (["curve", "br_di1", "--date", "2024-01-08"], 1, "2024-01-08"),
        (["curve", "br_di1", "--as-of", "2024-06-01T00:00:00Z"], 2, "later than release"),
        (["curve", "br_di1", "--as-of", "2024-01-23"], 2, "offset"),
        (["curve", "br_di1", "--tenors", "63,x"], 2, "63,x"),
        (["curve", "br_real", "--method", "step"], 2, "br_real"),
        (["path", "ecb"], 2, "ecb"),
        (["path", "copom", "--as-of", "2024-01-02T00:00:00Z"], 1, "br_di1"),
    ],
)
def test_what_cannot_be_told_ends_with_its_code_and_names_the_value(lake, arguments, code, word, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    told = macro(lake, *arguments)
    assert told.exit_code == code, told.output
    assert word in told.stderr


def test_text_is_a_head_and_a_line_a_node(lake):
    told = macro(lake, "curve", "br_di1")
    assert told.exit_code == 0
    assert "tenor_bd" in told.stdout
    assert len(told.stdout.strip().splitlines()) == 7 + 2 + len(DI)
