"""Kinds 1-12, 41-43: what goes wrong between two machines."""

from pipelines.sandbox.damage import Hit, kind
from pipelines.sandbox.render import _olinda, bcb_sgs
from pipelines.sandbox.render._fred_query import Refused
from pipelines.sandbox.wire import Answer, Delivery, page

_REASONS = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error",
            502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Time-out"}


def _error(status: int, hit: Hit) -> Answer:
    headers = (("Retry-After", str(hit.options["retry_after"])),) if "retry_after" in hit.options else ()
    if status == 429 and hit.call.source == "fred":
        return Refused("Exceeded Rate Limit", 429).answer().but(headers=headers)
    reason = _REASONS.get(status, "Error")
    return page(f"{status} {reason}", reason, "SIMULATED failure of the service.", status).but(headers=headers)


@kind(1, "http_status", "status", "retry_after")
def http_status(hit: Hit) -> Answer:
    """An error status."""
    return _error(int(hit.option("status", 503)), hit)


@kind(2, "html_instead_of_data")
def html_instead_of_data(hit: Hit) -> Answer:
    """A page of the site, or of its gateway, with status 200."""
    if hit.call.source == "bcb_sgs":
        return bcb_sgs.invalid_request()
    if hit.call.source in ("bcb_focus", "bcb_ptax"):
        return _olinda.internal_error().but(status=200)
    return page("Maintenance", "We will be right back", "This service is temporarily unavailable for maintenance. SIMULATED.", 200)


@kind(3, "empty_body")
def empty_body(hit: Hit) -> Answer:
    """Status 200 and nothing."""
    return hit.answer().but(body=b"")


@kind(4, "timeout", "seconds")
def timeout(hit: Hit) -> Answer:
    """Silence, then a closed line."""
    return hit.answer().but(delivery=Delivery(wait=float(hit.option("seconds", 30)) * hit.wait, hang_up=True))


@kind(5, "slow", "bytes_per_second")
def slow(hit: Hit) -> Answer:
    """The whole answer, drop by drop."""
    return hit.answer().but(delivery=Delivery(rate=float(hit.option("bytes_per_second", 20_000)) / hit.wait))


@kind(6, "connection_reset", "share")
def connection_reset(hit: Hit) -> Answer:
    """A reset in the middle of the body."""
    answer = hit.answer()
    return answer.but(delivery=Delivery(stop_after=int(len(answer.body) * float(hit.option("share", 0.3))), reset=True))


@kind(7, "truncated_body", "share")
def truncated_body(hit: Hit) -> Answer:
    """Fewer bytes than the header promises."""
    answer = hit.answer()
    return answer.but(delivery=Delivery(stop_after=int(len(answer.body) * float(hit.option("share", 0.5)))))


@kind(8, "wrong_content_type", "content_type")
def wrong_content_type(hit: Hit) -> Answer:
    """The right bytes under a wrong name."""
    return hit.answer().but(content_type=str(hit.option("content_type", "text/html; charset=iso-8859-1")))


@kind(9, "wrong_encoding", "charset")
def wrong_encoding(hit: Hit) -> Answer:
    """UTF-8 sent as latin-1, or with a byte order mark (`charset: latin-1 | bom`); a zip is left alone."""
    answer = hit.answer()
    if answer.body.startswith(b"PK"):
        return answer
    if hit.option("charset", "bom") == "bom":
        return answer.but(body=b"\xef\xbb\xbf" + answer.body)
    return answer.but(body=answer.body.decode("utf-8", "replace").encode("latin-1", "replace"))


@kind(10, "rate_limit", "retry_after")
def rate_limit(hit: Hit) -> Answer:
    """429, as the service spells it."""
    return _error(429, hit)


@kind(11, "auth_flap", "status")
def auth_flap(hit: Hit) -> Answer:
    """A good key or client that is not recognised."""
    if hit.call.source == "fred":
        return Refused("The value for variable api_key is not registered.  "
                       "Read http://research.stlouisfed.org/docs/api/api_key.html for more information.").answer()
    return _error(int(hit.option("status", 403)), hit)


@kind(12, "redirect_moved", "location")
def redirect_moved(hit: Hit) -> Answer:
    """302 to an error page."""
    location = str(hit.option("location", f"/{hit.call.source}/erro.asp"))
    return Answer(b"", "text/html", 302, (("Location", location),))


@kind(41, "source_down")
def source_down(hit: Hit) -> Answer:
    """The line is closed without a word."""
    return Answer(b"", "", 503, delivery=Delivery(hang_up=True))


@kind(42, "clock_skew", "seconds")
def clock_skew(hit: Hit) -> Answer:
    """A Date header that is off."""
    return hit.answer().but(delivery=Delivery(date_shift=float(hit.option("seconds", 7 * 3600))))


@kind(43, "zip_corrupt")
def zip_corrupt(hit: Hit) -> Answer:
    """Bytes flipped in the middle."""
    answer = hit.answer()
    middle = len(answer.body) // 2
    flipped = bytes(byte ^ 0xFF for byte in answer.body[middle : middle + 16])
    return answer.but(body=answer.body[:middle] + flipped + answer.body[middle + 16 :])
