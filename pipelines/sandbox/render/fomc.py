"""The FOMC's statements and minutes in the HTML of `www.federalreserve.gov`, with the pages that link to them.

The calendar has the year of the clock and the five before, older years have a page each. A meeting is on its page from the first
day; links appear with the documents, and minutes say their release. Documents have navigation before, footnotes and the site's own
lines after. A call without User-Agent is refused with 403; what is not out is a 404.
"""

import re
from datetime import date, timedelta
from html import escape

from pipelines.sandbox.view import NEW_YORK, View, as_datetime
from pipelines.sandbox.wire import HTML, Answer, Call, page
from pipelines.sandbox.world import meetings
from pipelines.sandbox.world.texts import Text

SOURCE = "fomc"
ROUTES = (
    "/monetarypolicy/fomccalendars.htm", "/monetarypolicy/fomchistorical{yyyy}.htm",
    "/newsevents/pressreleases/monetary{yyyymmdd}a.htm", "/monetarypolicy/fomcminutes{yyyymmdd}.htm",
)
FIRST_YEAR = 2010
_PAGE_YEARS = 5                                         # years before this one on the current calendar
_ROUTE = re.compile(
    r"/monetarypolicy/(?:(?P<now>fomccalendars)|fomchistorical(?P<year>\d{4})|fomcminutes(?P<minutes>\d{8}))\.htm"
    r"|/newsevents/pressreleases/monetary(?P<statement>\d{8})a\.htm"
)
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><script>var page = "{title}";</script></head>
<body><header><a href="/default.htm">Board of Governors of the Federal Reserve System (SIMULATED)</a></header>
<nav><ul><li><a href="/aboutthefed.htm">About the Fed</a></li><li><a href="/newsevents.htm">News &amp; Events</a></li></ul></nav>
<div id="content"><ol class="breadcrumb"><li>Home</li></ol>
<div id="article">
{body}
<div class="lastUpdate">Last Update: {updated}</div>
</div></div>
<footer><a href="/accessibility.htm">Accessibility</a></footer></body></html>
"""


def key(call: Call) -> str:
    """The document asked for as connectors name it, or the page of calendars."""
    found = _ROUTE.fullmatch(call.route)
    if found is None:
        return ""
    digits = found["statement"] or found["minutes"]
    if not digits:
        return found["year"] or "calendar"
    return f"{'fomc_stmt' if found['statement'] else 'fomc_min'}_{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def answer(call: Call, view: View) -> Answer:
    if not call.headers.get("user-agent", "").strip():
        return page("Access Denied", "Access Denied", "You don't have permission to access this server.", 403)
    asked, found = key(call), _ROUTE.fullmatch(call.route)
    this_year = view.today(NEW_YORK).year
    if asked == "calendar":
        return _spell("The Fed - Meeting calendars and information", _calendar(view, this_year), view.today(NEW_YORK))
    if found is not None and found["year"]:
        year = int(found["year"])
        if FIRST_YEAR <= year < this_year - _PAGE_YEARS:
            return _spell(f"The Fed - {year} Historical Materials", _history(view, year), date(year + _PAGE_YEARS + 1, 1, 31))
    text = next((one for one in view.documents(SOURCE) if one.id == asked), None)
    if text is None:
        return page("The Fed - Page not found", "Page not found", "The page you requested cannot be found.", 404)
    if text.kind == "fomc_stmt":
        return _spell(f"Federal Reserve Board - {text.title}", _statement(text), text.meeting)
    return _spell("The Fed - Monetary Policy: FOMC Minutes", _minutes(text), _out(text))


def _spell(title: str, body: str, updated: date) -> Answer:
    return Answer(_PAGE.format(title=title, body=body, updated=_day(updated)).encode(), HTML)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _out(text: Text) -> date:
    return as_datetime(text.released_at).astimezone(NEW_YORK).date()


def _days(day: date) -> str:
    """A meeting of two days, as calendars write it."""
    eve = day - timedelta(days=1)
    return f"{eve:%B} {eve.day}-{day.day}" if eve.month == day.month else f"{eve:%B} {eve.day}-{day:%B} {day.day}"


def _year(view: View, year: int) -> list[tuple[date, list[Text]]]:
    """Meetings of a year, and what is out of each."""
    out: dict[date, list[Text]] = {day: [] for day in meetings.fomc().tolist() if day.year == year}
    for text in view.documents(SOURCE):
        if text.meeting in out:
            out[text.meeting].append(text)
    return list(out.items())


def _address(text: Text) -> str:
    day = text.meeting.strftime("%Y%m%d")
    return f"/newsevents/pressreleases/monetary{day}a.htm" if text.kind == "fomc_stmt" else f"/monetarypolicy/fomcminutes{day}.htm"


def _calendar(view: View, this_year: int) -> str:
    panels = []
    for year in range(this_year, max(this_year - _PAGE_YEARS, FIRST_YEAR) - 1, -1):
        rows = []
        for day, texts in _year(view, year):
            eve = day - timedelta(days=1)
            month = f"{day:%B}" if eve.month == day.month else f"{eve:%b}/{day:%b}"
            cells = "".join(_cell(text) for text in texts)
            rows.append(
                f'<div class="row fomc-meeting"><div class="fomc-meeting__month"><strong>{month}</strong></div>'
                f'<div class="fomc-meeting__date">{eve.day}-{day.day}</div>{cells}</div>'
            )
        heading = f'<div class="panel-heading"><h4><a id="{year}">{year} FOMC Meetings</a></h4></div>'
        panels.append(f'<div class="panel panel-default">{heading}\n' + "\n".join(rows) + "\n</div>")
    return "\n".join(panels)


def _cell(text: Text) -> str:
    link = f'<a href="{_address(text)}">HTML</a>'
    if text.kind == "fomc_stmt":
        pdf = f'<a href="/monetarypolicy/files/monetary{text.meeting:%Y%m%d}a1.pdf">PDF</a>'
        return f"\n<div><strong>Statement:</strong><br>{pdf} | {link}</div>"
    pdf = f'<a href="/monetarypolicy/files/fomcminutes{text.meeting:%Y%m%d}.pdf">PDF</a>'
    return f'\n<div class="fomc-meeting__minutes"><strong>Minutes:</strong><br>{pdf} | {link}<br>(Released {_day(_out(text))})</div>'


def _history(view: View, year: int) -> str:
    panels = []
    for day, texts in _year(view, year):
        lines = [
            f'<p><a href="{_address(text)}">Statement</a></p>' if text.kind == "fomc_stmt"
            else f'<p><a href="{_address(text)}">Minutes</a> (Released {_day(_out(text))})</p>' for text in texts
        ]
        heading = f'<h5 class="panel-heading">{_days(day)} Meeting - {year}</h5>'
        panels.append(f'<div class="panel panel-default">{heading}{"".join(lines)}</div>')
    return "\n".join(panels)


def _statement(text: Text) -> str:
    at = as_datetime(text.released_at).astimezone(NEW_YORK)
    hour = f"{(at.hour - 1) % 12 + 1}:{at:%M} {'a' if at.hour < 12 else 'p'}.m. {at.tzname()}"
    return (
        f'<p>{text.label}</p>\n<div class="heading"><p class="article__time">{_day(text.meeting)}</p>\n'
        f'<h3 class="title">{text.title}</h3>\n'
        f'<p class="releaseTime">For release at {hour}</p><div class="shareDL"><a href="#">Share</a></div></div>\n'
        f'<div class="col-xs-12 col-sm-8 col-md-8">\n{_paragraphs(text)}\n'
        "<p>For media inquiries, please email media@frb.gov or call 202-452-2955.</p>\n"
        f'<p><a href="{_address(text).replace("a.htm", "a1.htm")}">Implementation Note issued {_day(text.meeting)}</a></p></div>'
    )


def _minutes(text: Text) -> str:
    return (
        f"<p>{text.label}</p>\n<h3>{text.title}</h3>\n"
        f"<p><strong>{_days(text.meeting)}, {text.meeting.year}</strong></p>\n{_paragraphs(text)}\n"
        '<div class="footnotes"><p>1. Attended the first session only. <a href="#f1">Return to text</a></p></div>'
    )


def _paragraphs(text: Text) -> str:
    lines: list[str] = []
    for part in text.parts:
        lines += [f"<h4>{escape(part.heading, quote=False)}</h4>"] if part.heading else []
        lines += [f"<p>{escape(' '.join(one.text for one in said), quote=False)}</p>" for said in part.paragraphs]
    return "\n".join(lines)
