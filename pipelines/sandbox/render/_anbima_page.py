"""The page of unit values (VNA) as ANBIMA shows it: a table a kind of bond, latin-1. Of the page around them its frame alone."""

from collections.abc import Sequence

import numpy as np

from pipelines.sandbox.render._brazil_text import comma, grouped, slashed
from pipelines.sandbox.world.anbima import UnitValue
from pipelines.sandbox.world.bond_listing import CODES

_GREY = 'style="background-color:gray; color:white; font-size:14px;" align="center"'
_PAGE = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="pt" lang="pt"><head>\
<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">
<title>ANBIMA - Associação Brasileira das Entidades dos Mercados Financeiro e de Capitais</title>
</head>
<body marginheight="0" marginwidth="0" topmargin="0" leftmargin="0">
<div id="cinza50">
<h2>Valor Nominal Atualizado - ANBIMA - SIMULADO</h2>
%s</div>
</body></html>
"""
_TABLE = """<div class="c3" id="lista%(kind)s"><center><table width="100%%">
	<tbody><tr align="center" valign="middle" style="height:25px;">
		<td colspan="%(width)d" %(grey)s><b>&nbsp;%(kind)s</b></td>
	</tr>
	<tr style="background-color:silver;">		<td rowspan="2"><b>Código Selic</b></td>
		<td colspan="%(rest)d"><b>%(day)s</b></td>
	</tr>
	<tr style="background-color:silver;">		<td><b>VNA</b></td>
%(columns)s	</tr>
%(rows)s	<tr align="center" valign="middle" style="height:25px;">
		<td colspan="14" %(grey)s>&nbsp;</td>
	</tr>
</tbody></table>
</center>
</div>"""
_INDEXED_COLUMNS = '\t\t<td colspan="2"><b>IPCA</b></td>\n\t\t<td><b>Válido a partir de</b></td>\n'
_FLOATING_COLUMNS = '\t\t<td colspan="1"><b>Taxa SELIC (D-1)</b></td>\n'
_OLD_CODE = "760100"                       # an older code of the same bonds, with the same value
PROJECTED, PRINTED = "P", "F"


def spell_unit_values(day: np.datetime64, values: Sequence[UnitValue]) -> bytes:
    """The page of a session."""
    by_code = {one.code: one for one in values}
    indexed, floating = by_code[CODES["NTN-B"]], by_code[CODES["LFT"]]
    state = PROJECTED if indexed.is_projected else PRINTED
    real = [[code, grouped(indexed.value, 6), comma(indexed.rate, 2), state, slashed(indexed.since)] for code in (_OLD_CODE, indexed.code)]
    short = [[floating.code, grouped(floating.value, 6), comma(floating.rate, 2)]]
    tables = _table("NTN-B", day, 5, _INDEXED_COLUMNS, real) + _table("LFT", day, 3, _FLOATING_COLUMNS, short)
    return (_PAGE % tables).encode("latin-1")


def _table(kind: str, day: np.datetime64, width: int, columns: str, rows: Sequence[Sequence[str]]) -> str:
    spelled = "".join(
        '\t<tr style="background-color:white;">' + "".join(f"\t\t<td>{cell}</td>\n" for cell in row) + "\t</tr>\n" for row in rows
    )
    sizes = {"width": width, "rest": width - 1, "grey": _GREY}
    return _TABLE % {"kind": kind, "day": slashed(day), "columns": columns, "rows": spelled, **sizes}
