"""Kinds 13-16, 20, 21, 44, 45: a vendor changes names, columns, spelling or language."""

import re
from collections.abc import Callable

from pipelines.sandbox.damage import Hit, kind
from pipelines.sandbox.damage.shapes import Rows, cut, edited, through
from pipelines.sandbox.wire import Answer

_PORTUGUESE = "DADOS SIMULADOS de um mundo simulado: a s\\u00e9rie \\u00e9 publicada sem ajuste e pode ser revista."

_ENGLISH = "<p>SIMULATED TEXT</p><p>The Committee decided, and its decision is told in Portuguese elsewhere.</p>"


@kind(13, "schema_rename", "field", "name")
def schema_rename(hit: Hit) -> Answer:
    """A field gets another name, throughout."""
    return through(hit.answer(), lambda body: _renamed(body, hit))


def _renamed(body: bytes, hit: Hit) -> bytes:
    found = cut(body)
    if found is None:
        return body
    field = str(hit.option("field", found.shape.field.decode())).encode()
    new = str(hit.option("name", f"{field.decode()}_v2")).encode()
    return re.sub(rb"(?<=[\"<:/@;])" + re.escape(field) + rb"(?=[\" >@;\r])", new, body)


@kind(14, "schema_extra_column", "name")
def schema_extra_column(hit: Hit) -> Answer:
    """A column nobody announced."""
    name = str(hit.option("name", "observacao")).encode()

    def add(rows: Rows) -> Rows:
        if rows.shape.flavour == "json":
            return rows.having([row[:-1] + b',"' + name + b'":"0"}' for row in rows.rows])
        if rows.shape.flavour == "csv":
            return _table(rows, lambda cells, header: [*cells, b'"' + name + b'"' if header else b"0"])
        element = b"<" + name + b">0</" + name + b">\n"
        return rows.having([re.sub(rb"(</m:properties>|            </FinInstrmAttrbts>)", element + rb"\1", row) for row in rows.rows])

    return edited(hit.answer(), add)


@kind(15, "column_missing", "field")
def column_missing(hit: Hit) -> Answer:
    """The column that matters is gone."""

    def drop(rows: Rows) -> Rows:
        field = str(hit.option("field", rows.shape.field.decode())).encode()
        if rows.shape.flavour == "csv":
            place = _place(rows, field)
            return _table(rows, lambda cells, header: [cell for at, cell in enumerate(cells) if at != place])
        pattern = rb',"' + field + rb'":[^,}]*' if rows.shape.flavour == "json" else rb"\s*<(?:d:)?" + field + rb"[ >][^\n]*"
        return rows.having([re.sub(pattern, b"", row) for row in rows.rows])

    return edited(hit.answer(), drop)


@kind(16, "column_order")
def column_order(hit: Hit) -> Answer:
    """The columns in reverse, names and all."""

    def turn(rows: Rows) -> Rows:
        if rows.shape.flavour == "csv":
            return _table(rows, lambda cells, header: cells[::-1])
        if rows.shape.flavour == "json":
            return rows.having([b"{" + b",".join(_members(row)[::-1]) + b"}" for row in rows.rows])
        return rows.having([_lines_reversed(row) for row in rows.rows])

    return edited(hit.answer(), turn)


def _members(row: bytes) -> list[bytes]:
    return re.findall(rb'"[^"]*":(?:"[^"]*"|[^,}]*)', row)


def _lines_reversed(row: bytes) -> bytes:
    """The innermost elements of a message, last first."""
    found = re.search(rb"(?:<m:properties>|<FinInstrmAttrbts>)\r?\n(.*?)(?=[ ]*</(?:m:properties|FinInstrmAttrbts)>)", row, re.S)
    if found is None:
        return row
    return row[: found.start(1)] + b"".join(found[1].splitlines(keepends=True)[::-1]) + row[found.end(1) :]


def _place(rows: Rows, field: bytes) -> int:
    """Place of a column by its header; the last where it is not there."""
    names = [cell.strip(b'"\r\n') for cell in rows.head.split(rows.shape.mark)]
    return names.index(field) if field in names else len(names) - 1


def _table(rows: Rows, change: Callable[[list[bytes], bool], list[bytes]]) -> Rows:
    """Every line of a CSV with its cells changed, its header as well, of which a title stands above some."""
    mark = rows.shape.mark
    head, end = rows.head.rstrip(b"\r\n"), rows.head[len(rows.head.rstrip(b"\r\n")) :]
    lines = [mark.join(change(row.split(mark), False)) for row in rows.rows]
    start = head.rfind(b"\n") + 1
    header = head[:start] + mark.join(change(head[start:].split(mark), True)) + end
    return Rows(rows.shape, header, tuple(lines), rows.tail)


@kind(20, "decimal_comma_swap")
def decimal_comma_swap(hit: Hit) -> Answer:
    """Points for commas, commas for points."""

    def swap(rows: Rows) -> Rows:
        def turned(found: re.Match[bytes]) -> bytes:
            return found[0].replace(found[1], found[1].translate(bytes.maketrans(b".,", b",.")), 1)

        return rows.having([rows.shape.value.sub(turned, row) for row in rows.rows])

    return edited(hit.answer(), swap)


@kind(21, "date_format_swap")
def date_format_swap(hit: Hit) -> Answer:
    """Day and month change places; ISO dates become dd/mm/yyyy."""

    def swap(rows: Rows) -> Rows:
        form = {"%d/%m/%Y": "%m/%d/%Y", "%m/%d/%Y": "%d/%m/%Y"}.get(rows.shape.day_format, "%d/%m/%Y")
        return rows.having([rows.dated(row, rows.day(row), form) for row in rows.rows])

    return edited(hit.answer(), swap)


@kind(44, "document_truncated", "share")
def document_truncated(hit: Hit) -> Answer:
    """A text that stops short, its envelope whole; a payload without text is cut itself."""
    answer, share = hit.answer(), float(hit.option("share", 0.5))
    text = re.search(rb'"(?:notes|text|textoComunicado|textoAta)":"((?:[^"\\]|\\.)*)"', answer.body)
    if text is None:
        return answer.but(body=answer.body[: int(len(answer.body) * share)])
    kept = text[1][: int(len(text[1]) * share)].rsplit(b" ", 1)[0]
    return answer.but(body=answer.body[: text.start(1)] + kept + answer.body[text.end(1) :])


@kind(45, "document_language_swap")
def document_language_swap(hit: Hit) -> Answer:
    """A text in the other language; a payload without text is left alone."""
    answer = hit.answer()

    def swap(found: re.Match[bytes]) -> bytes:
        return found[1] + (_PORTUGUESE if found[2] == b"notes" else _ENGLISH).encode()

    return answer.but(body=re.sub(rb'("(notes|textoComunicado|textoAta)":")(?:[^"\\]|\\.)*', swap, answer.body))
