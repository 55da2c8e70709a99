"""What the Macro page looks at: series by theme, headline figures, surveys and what they ask about. Ids that a world lacks are left out."""

from dataclasses import dataclass
from typing import Literal

from models_py.quant.transforms import Transform
from models_py.signals.heat import Member

COUNTRIES = {"br": "Brazil", "us": "United States"}
THEMES = (
    "Inflation", "Core inflation", "Expectations", "Activity", "Labour", "Credit and money", "Fiscal deficit", "External balance",
    "Interest rates", "Dollar", "Market stress",
)  # fmt: skip
_MEMBERS: tuple[tuple[str, str, str, Transform, int], ...] = (
    ("br", "Inflation", "br_ipca_mom", "accumulated_12m", 1),
    ("br", "Inflation", "br_igpm_mom", "accumulated_12m", 1),
    ("br", "Core inflation", "br_ipca_core_ex0", "accumulated_12m", 1),
    ("br", "Core inflation", "br_ipca_core_ms", "accumulated_12m", 1),
    ("br", "Core inflation", "br_ipca_core_dp", "accumulated_12m", 1),
    ("br", "Core inflation", "br_ipca_services", "accumulated_12m", 1),
    ("br", "Expectations", "br_focus_ipca_12m_smoothed", "level", 1),
    ("br", "Expectations", "br_focus_ipca_y1", "level", 1),
    ("br", "Activity", "br_ibcbr_sa", "growth_12m", 1),
    ("br", "Activity", "br_industrial_production_sa", "growth_12m", 1),
    ("br", "Activity", "br_retail_sales_sa", "growth_12m", 1),
    ("br", "Activity", "br_gdp_sa", "growth_12m", 1),
    ("br", "Labour", "br_unemployment", "level", -1),
    ("br", "Labour", "br_employed", "growth_12m", 1),
    ("br", "Credit and money", "br_credit_stock", "growth_12m", 1),
    ("br", "Credit and money", "br_credit_nonfinancial", "growth_12m", 1),
    ("br", "Credit and money", "br_m4", "growth_12m", 1),
    ("br", "Credit and money", "br_m1_sa", "growth_12m", 1),
    ("br", "Fiscal deficit", "br_primary_deficit_gdp_12m", "level", 1),
    ("br", "Fiscal deficit", "br_gross_debt_gdp", "change_12m", 1),
    ("br", "External balance", "br_current_account_gdp_12m", "level", 1),
    ("br", "External balance", "br_goods_services_balance", "change_12m", 1),
    ("br", "Interest rates", "br_selic_target", "level", 1),
    ("br", "Interest rates", "br_di1_252bd", "level", 1),
    ("br", "Interest rates", "br_di1_1260bd", "level", 1),
    ("br", "Dollar", "usdbrl_ptax", "growth_12m", 1),
    ("br", "Market stress", "br_cds_5y", "level", 1),
    ("br", "Market stress", "br_embi", "level", 1),
    ("us", "Inflation", "us_cpi_sa", "growth_12m", 1),
    ("us", "Inflation", "us_pce_price", "growth_12m", 1),
    ("us", "Core inflation", "us_cpi_core_sa", "growth_12m", 1),
    ("us", "Core inflation", "us_pce_core", "growth_12m", 1),
    ("us", "Expectations", "us_breakeven_5y5y", "level", 1),
    ("us", "Expectations", "us_breakeven_5y", "level", 1),
    ("us", "Activity", "us_industrial_production", "growth_12m", 1),
    ("us", "Activity", "us_retail_food_sales", "growth_12m", 1),
    ("us", "Activity", "us_housing_starts", "growth_12m", 1),
    ("us", "Activity", "us_gdp_real", "growth_12m", 1),
    ("us", "Labour", "us_payrolls", "growth_12m", 1),
    ("us", "Labour", "us_unemployment", "level", -1),
    ("us", "Labour", "us_jolts_openings", "growth_12m", 1),
    ("us", "Labour", "us_hourly_earnings", "growth_12m", 1),
    ("us", "Credit and money", "us_m2", "growth_12m", 1),
    ("us", "Credit and money", "us_business_loans", "growth_12m", 1),
    ("us", "Interest rates", "us_fed_funds", "level", 1),
    ("us", "Interest rates", "us_ust_2y", "level", 1),
    ("us", "Interest rates", "us_ust_10y", "level", 1),
    ("us", "Dollar", "us_dollar_broad", "growth_12m", 1),
    ("us", "Market stress", "us_vix", "level", 1),
    ("us", "Market stress", "us_hy_oas", "level", 1),
)
MEMBERS = tuple(Member(*row) for row in _MEMBERS)


@dataclass(frozen=True)
class Headline:
    """A figure whose print moves markets: how it is read, and the sign by which more is hotter. `survey` asks about its period."""

    country: str
    block: Literal["prices", "activity"]
    series_id: str
    transform: Transform
    sign: int = 1
    survey: str | None = None


HEADLINES = (
    Headline("br", "prices", "br_ipca_mom", "level", survey="br_focus_ipca_m0"),
    Headline("br", "prices", "br_ipca15_mom", "level"),
    Headline("br", "prices", "br_igpm_mom", "level"),
    Headline("br", "activity", "br_ibcbr_sa", "growth"),
    Headline("br", "activity", "br_industrial_production_sa", "growth"),
    Headline("br", "activity", "br_retail_sales_sa", "growth"),
    Headline("br", "activity", "br_unemployment", "change", -1),
    Headline("br", "activity", "br_gdp_sa", "growth"),
    Headline("us", "prices", "us_cpi_core_sa", "growth"),
    Headline("us", "prices", "us_pce_core", "growth"),
    Headline("us", "prices", "us_hourly_earnings", "growth"),
    Headline("us", "activity", "us_payrolls", "growth"),
    Headline("us", "activity", "us_unemployment", "change", -1),
    Headline("us", "activity", "us_retail_food_sales", "growth"),
    Headline("us", "activity", "us_industrial_production", "growth"),
    Headline("us", "activity", "us_housing_starts", "growth"),
    Headline("us", "activity", "us_gdp_real", "growth"),
)


@dataclass(frozen=True)
class Asked:
    """A survey and what came. Without a target date of its own a survey asks about a period some months after its own month."""

    title: str
    survey: str
    outcome: str
    months: int | None = None


SURVEYS = (
    Asked("IPCA, 12 months ahead", "br_focus_ipca_12m", "br_ipca_12m", 12),
    Asked("IPCA of the month", "br_focus_ipca_m0", "br_ipca_mom"),
    Asked("IPCA of the next calendar year", "br_focus_ipca_y1", "br_ipca_12m"),
    Asked("Selic at the end of next year", "br_focus_selic_y1", "br_selic_target"),
    Asked("USDBRL at the end of next year", "br_focus_usdbrl_y1", "usdbrl_ptax"),
)
COMMITTEES = {"copom": "COPOM decides", "fomc": "FOMC decides"}
