"""Numbers for people: thousands apart, a sign on every change, a true minus; nothing where there is no number."""


def number(value: float | None, spec: str, unit: str = "") -> str:
    """A number by a format (`+,.0f`) and its unit; a change that rounds to nothing is 0 without a sign."""
    if value is None:
        return ""
    text = format(value, spec)
    if not text.strip("+-0.,%"):
        text = text.lstrip("+-")
    return f"{text.replace('-', '−').replace('%', ' %')}{f' {unit}' if unit else ''}"


def reading(value: float, unit: str | None) -> str:
    """A level of a series in the unit people quote: rates in percent, money and indices as they are."""
    if unit == "decimal":
        return number(value * 100, ",.2f", "%")
    return number(value, ",.4f" if unit and " per " in unit else ",.2f", _short(unit))


def change(value: float | None, unit: str | None) -> str:
    """A change of a series: rates in basis points."""
    if value is None:
        return ""
    if unit == "decimal":
        return number(value * 1e4, "+,.0f", "bp")
    return number(value, "+,.4f" if unit and " per " in unit else "+,.2f")


def _short(unit: str | None) -> str:
    """A unit as it stands beside a number."""
    return {"BRL per USD": "R$/US$", "points": "pt", "vol points": "vol pt", "index": ""}.get(unit or "", unit or "")
