"""The constant tenors that factors and returns are told at, in business days, and the bonds of constant maturity."""

DI1 = (21, 42, 63, 126, 252, 378, 504, 756, 1008, 1260, 1764, 2520)
REAL = (252, 504, 756, 1260, 2520)
CARRY = (252, 504, 756, 1260)
CURVES = {"br_di1": DI1, "br_pre": DI1, "br_real": REAL}
DI1_RETURNS = (63, 126, 252, 504, 756, 1260, 2520)
BEI_RETURNS = (252, 504, 756, 1260)
UST_RETURNS = {"us_ust_2y": 2.0, "us_ust_5y": 5.0, "us_ust_10y": 10.0, "us_ust_30y": 30.0}
