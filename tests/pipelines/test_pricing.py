"""`macro price` as it is typed: each instrument against a published value, wrong use, and what no formula holds for."""

import json

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.pricing import HELP, INSTRUMENTS

ASKED = [
    ("di1 --rate 0.14875 --trade 2025-02-03 --contract DI1F27", "price", 76828.74, 0.005),  # DI01
    ("di1 --price 76828.74 --trade 2025-02-03 --contract di1f27", "rate", 0.14875, 1e-7),
    ("di1 --rate 0.14875 --trade 2025-02-03 --contract DI1F27", "dv01_brl", 12.712564, 1e-4),  # DI03
    ("di1 --rate 0.14875 --trade 2025-02-03 --contract DI1F27 --cdi 0.1315 --rolled 0.148981", "carry_21bd_brl", 69.51, 0.05),
    ("dap --rate 0.0727 --trade 2025-02-03 --contract DAPF26", "price", 93560.82, 0.005),  # DAP01
    ("ddi --rate 0.06923 --trade 2025-02-03 --contract DDIJ25", "price", 98915.74, 0.005),  # DDI01
    ("frc --trade 2025-02-03 --short DDIH25 --contract FRCJ25 --short-cupom 0.08252 --cupom 0.06923", "rate", 0.0541, 5e-5),  # FRC01
    ("dol --trade 2025-02-03 --contract DOLJ25 --spot 5.8301 --di 0.1337 --cupom 0.06923", "points", 5879.977, 0.002),  # DOL01
    ("wdo --trade 2025-02-03 --contract WDOJ25 --spot 5.8301 --di 0.1337 --cupom 0.06923", "contract_usd", 10_000, 0),
    ("cupom --trade 2025-02-03 --contract DOLJ25 --spot 5.8150 --forward 5.879977 --di 0.1337", "rate", 0.052693, 1e-6),  # CUP01
    ("casado --trade 2025-02-03 --contract DOLJ25 --spot 5.8150 --forward 5.879977"
     " --di 0.1337 --cupom 0.052693", "fair_points", 64.977, 0.002),
    ("ndf --trade 2025-02-03 --maturity 2025-04-01 --spot 5.8150 --forward 5.8900 --sofr 0.0433", "rate", 0.135365, 1e-6),  # NDF01
    ("ltn --trade 2026-02-06 --maturity 2027-04-01 --rate 0.130636", "price", 870.775176, 1e-6),  # LTN01
    ("ntnf --trade 2026-02-06 --maturity 2031-01-01 --rate 0.133778", "price", 900.328662, 1e-6),  # NTNF01
    ("ntnf --trade 2026-02-06 --maturity 2031-01-01 --price 900.328662", "rate", 0.133778, 1e-8),
    # NTNB05
    ("ntnb --trade 2026-02-06 --maturity 2028-08-15 --rate 0.078168 --vna-15 4585.159356 --inflation 0.0033", "price", 4550.923398, 1e-6),
    ("ntnb --trade 2025-12-30 --maturity 2028-08-15 --rate 0.078 --vna-15 4570.078408"
     " --inflation 0.00330015 --rule stn", "vna", 4577.3694, 1e-3),
    ("ntnb-principal --trade 2025-02-03 --maturity 2035-05-15 --rate 0.07 --vna 4400", "vna", 4400.0, 0),
    ("lft --trade 2026-02-06 --maturity 2028-03-01 --rate 0.000419 --vna 18346.789004", "price", 18331.084153, 2e-6),  # LFT01
    ("breakeven --nominal 0.139071 --real 0.08734", "breakeven", 0.047575, 1e-6),  # BEI01
    ("ust --trade 2025-02-03 --maturity 2034-11-15 --coupon 0.0425 --yield 0.0454", "clean_price", 97.724449, 1e-5),  # UST02
    ("ust --trade 2025-02-03 --maturity 2034-11-15 --coupon 0.0425 --quote 97-23+", "clean_price", 97.734375, 1e-9),
    ("bill --trade 2025-02-03 --maturity 2025-05-05 --discount 0.0846", "price", 97.8615, 1e-9),
    # TIPS01
    ("tips --trade 2025-02-03 --maturity 2034-07-15 --coupon 0.01875 --yield 0.0205 --nominal 0.0454", "breakeven", 0.024647365, 1e-8),
    # FUT03
    ("ust-future --trade 2025-03-03 --contract ZNH25 --coupon 0.04 --bond-maturity 2032-02-15 --yield 0.043", "dv01_usd", 66.2252, 0.01),
    ("sr3 --contract SR3M26 --trade 2026-01-05 --rate 0.0432", "price", 95.68, 1e-9),
    ("sofr --fixings 0.0433x3,0.0434x1,0.0431x1,0.0430x1,0.0435x1", "rate", 0.043284802, 1e-8),  # SOFR01
    ("ois --terms 182,365,730.5 --rates 0.043,0.042,0.041 --days 365", "par_rate", 0.042, 1e-9),
    ("cds --trade 2025-03-20 --spread 0.018 --rate 0.04", "upfront", 359683.66, 5400),  # CDS01
    ("embi --price 100 --times 0.5,1,1.5,2 --flows 3,3,3,103 --zeros 0.04,0.04,0.04,0.04", "spread", 0.02, 1e-9),
    ("ind --trade 2026-01-05 --contract INDG26 --index 160000 --di 0.149", "fair", 160000 * 1.149 ** (30 / 252), 1e-6),
    ("option --trade 2026-01-05 --contract DOLG26 --forward 5.5 --strike 5.5 --di 0.149 --vol 0.15", "delta", 0.5085, 5e-4),
    ("option --trade 2026-01-05 --contract DOLG26 --forward 5.5 --strike 5.5 --di 0.149 --premium 0.0914", "vol", 0.15, 2e-3),
    ("smile --trade 2026-01-05 --contract DOLJ26 --forward 5.6 --atm 0.142 --rr25 0.024 --bf25 0.0035 --strike 5.6", "vol", 0.142, 2e-3),
]  # fmt: skip


def macro(text: str):
    return CliRunner().invoke(app, ["price", *text.split()])


@pytest.mark.parametrize(("text", "name", "expected", "tolerance"), ASKED, ids=[f"{row[0].split()[0]} {row[1]}" for row in ASKED])
def test_an_instrument_is_priced_as_it_was_published(text, name, expected, tolerance):
    told = macro(f"{text} --json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)[name] == pytest.approx(expected, rel=0, abs=tolerance)


def test_every_instrument_that_can_be_priced_is_asked_here():
    assert {row[0].split()[0].replace("-", "_") for row in ASKED} == set(INSTRUMENTS)


def test_every_word_that_is_explained_is_used_and_every_one_used_is_explained():
    used = {name for function in INSTRUMENTS.values() for name in function.__annotations__ if name != "return"}
    assert used == set(HELP)


def test_text_is_a_line_a_number():
    told = macro("breakeven --nominal 0.139071 --real 0.08734")
    assert told.exit_code == 0
    assert [line.split()[0] for line in told.stdout.splitlines()] == ["breakeven", "difference"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("di1 --trade 2025-02-03", ("--contract",)),
        ("di1 --trade 2025-02-03 --contract DI1F27", ("--rate", "--price")),
        ("di1 --trade 2025-02-03 --contract DI1F27 --rate 0.1 --price 9e4", ("rate, price",)),
        ("di1 --trade 03/02/2025 --contract DI1F27 --rate 0.1", ("YYYY-MM-DD",)),
        ("di1 --trade 2025-02-03 --contract DOLF27 --rate 0.1", ("DOLF27", "di1")),
        ("sofr --fixings 0.0433", ("0.0433",)),
        ("ois --terms 30,x --rates 0.04,0.04 --days 30", ("30,x",)),
        ("bond --rate 0.1", ("bond",)),
    ],
)
def test_wrong_use_ends_with_two_and_says_what_is_wrong(text, words, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    told = macro(text)
    assert told.exit_code == 2
    assert all(word in told.stderr for word in words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("di1 --trade 2027-01-04 --contract DI1F27 --rate 0.1", ("Matured", "di1f27", "found 0")),
        ("di1 --trade 2025-02-03 --contract DI1F27 --rate -0.7", ("BadRate", "di1f27", "-0.7")),
        ("di1 --trade 2025-02-03 --contract DI1F27 --price -5", ("BadPrice", "di1f27", "-5")),
        ("di1 --trade 2025-02-03 --contract DI1F27 --rate nan", ("BadRate", "di1f27", "nan")),
        ("ltn --trade 2027-04-01 --maturity 2027-04-01 --rate 0.13", ("Matured", "ltn_20270401")),
        ("ust --trade 2035-02-03 --maturity 2034-11-15 --coupon 0.04 --yield 0.04", ("Matured", "ust_20341115")),
        ("cds --trade 2025-03-20 --spread -0.01 --rate 0.04", ("BadRate", "cds_20300620", "-0.01")),
        ("option --trade 2026-01-05 --contract DOLG26 --forward 5.5 --strike 5.5 --di 0.149 --premium 6", ("BadPrice", "dolg26", "6")),
        ("ois --terms 365,30 --rates 0.04,0.04 --days 30", ("BadCurve", "365")),
    ],
)
def test_what_no_formula_holds_for_fails_and_names_the_instrument_and_the_value(text, words):
    told = macro(text)
    assert told.exit_code == 1
    assert all(word in told.stderr for word in words), told.stderr
