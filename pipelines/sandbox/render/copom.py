"""The COPOM's statements and minutes in the JSON of `www.bcb.gov.br`: lists of meetings, and one document of a meeting.

Lists are newest first. A statement says its meeting as `nro_reuniao`, minutes as `nroReuniao`, with the day of publication; texts are
HTML as the site's editor leaves it. An unknown meeting, or one whose document is not out, has an empty `conteudo`. Minutes before
July 2016 are numbered paragraphs. A call without User-Agent is refused with 403; one in 200 times out at the gateway.
"""

import re
from itertools import count

from pipelines.sandbox.view import SAO_PAULO, View, as_datetime
from pipelines.sandbox.wire import JSON, Answer, Call, as_json, not_found, page, pick
from pipelines.sandbox.world.documents import NEW_MINUTES
from pipelines.sandbox.world.texts import Text

SOURCE = "copom"
_BASE = "/api/servico/sitebcb/copom"
ROUTES = tuple(
    f"{_BASE}/{name}{rest}" for name in ("comunicados", "atas") for rest in ("?quantidade={n}", "_detalhes?nro_reuniao={n}")
)
TIMED_OUT = 1 / 200
_ROUTE = re.compile(rf"{_BASE}/(comunicados|atas)(_detalhes)?/?")
_KINDS = {"comunicados": "copom_stmt", "atas": "copom_min"}
_MOST = 10                                              # meetings of a list, unless told


def key(call: Call) -> str:
    """The document asked for, or the list."""
    found = _ROUTE.fullmatch(call.route)
    if found is None:
        return ""
    return f"{_KINDS[found[1]]}_{call.params.get('nro_reuniao', '')}" if found[2] else found[1]


def answer(call: Call, view: View) -> Answer:
    if not call.headers.get("user-agent", "").strip():
        return page("403 Forbidden", "Forbidden", "You don't have permission to access this resource.", 403)
    found = _ROUTE.fullmatch(call.route)
    if found is None:
        return not_found(call, ROUTES)
    if call.draw("copom.gateway") < TIMED_OUT:
        return page("504 Gateway Time-out", "504 Gateway Time-out", "The server didn't respond in time.", 504)
    asked = call.params.get("nro_reuniao", "") if found[2] else call.params.get("quantidade", str(_MOST))
    if not asked.isdecimal():
        return Answer(as_json({"Message": "The request is invalid."}), JSON, 400)
    texts = [text for text in view.documents(SOURCE) if text.kind == _KINDS[found[1]]]
    if found[2]:
        content = [_entry(text, view.seed, whole=True) for text in texts if text.number == int(asked)]
    else:
        content = [_entry(text, view.seed, whole=False) for text in reversed(texts)][: int(asked)]
    return Answer(as_json({"conteudo": content}), JSON)


def _entry(text: Text, seed: int, *, whole: bool) -> dict[str, object]:
    meeting = {"dataReferencia": text.meeting.isoformat()}
    if text.kind == "copom_stmt":
        said = {"textoComunicado": _markup(text, seed)} if whole else {}
        return {"nro_reuniao": text.number, **meeting, "titulo": text.title, **said}
    out = as_datetime(text.released_at).astimezone(SAO_PAULO).date()
    minutes = {"dataPublicacao": out.isoformat(), "titulo": text.title}
    said = {"urlPdfAta": f"/content/copom/atascopom/Copom{text.number}.pdf", "textoAta": _markup(text, seed)} if whole else {}
    return {"nroReuniao": text.number, **meeting, **minutes, **said}


def _markup(text: Text, seed: int) -> str:
    """HTML of the editor: a class of its own, no-break spaces, an empty paragraph, and a line about the meeting at the end."""
    number = count(1)
    is_numbered = text.kind == "copom_min" and text.meeting < NEW_MINUTES.astype("datetime64[D]").item()
    lines = [f"<p>{text.label}</p>"]
    for part in text.parts:
        if part.heading:
            lines.append(f"<h3>{part.heading}</h3>")
        for paragraph in part.paragraphs:
            said = " ".join(sentence.text for sentence in paragraph)
            lines.append(f"<p>{next(number)}. {said}</p>" if is_numbered else f"<p>{said}</p>")
    lines.append("<p>\u200b</p>")
    name = f"ExternalClass{pick(seed, 'copom.editor', 16**8, text.id):08X}"
    return f'<div class="{name}">{"".join(lines)}</div>'.replace("R$ ", "R$&#160;")
