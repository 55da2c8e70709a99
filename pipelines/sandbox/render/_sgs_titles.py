"""What the open data portal of the central bank calls the series of SGS whose neighbours are easily taken for them.

The answer of CKAN's `package_search`: one dataset a code, none for a code that the portal does not list.
"""

from collections.abc import Mapping
from typing import Any

_MONTH, _QUARTER, _DAY = "Mensal", "Trimestral", "Diária"
_NFSP = "NFSP sem desvalorização cambial"
_TITLES: Mapping[str, tuple[str, str, str]] = {
    "22100": ("PIB trimestral - Dados observados - Consumo das famílias", "Índice", _QUARTER),
    "22101": ("PIB trimestral - Dados observados - Consumo do governo", "Índice", _QUARTER),
    "22102": ("PIB trimestral - Dados observados - Formação bruta de capital fixo", "Índice", _QUARTER),
    "22103": ("PIB trimestral - Dados observados - Exportação de bens e serviços", "Índice", _QUARTER),
    "22104": ("PIB trimestral - Dados observados - Importação de bens e serviços", "Índice", _QUARTER),
    "1455": ("Índice volume de vendas no varejo - Total - Brasil", "Índice", _MONTH),
    "28473": ("Índice volume de vendas no varejo - Total - Brasil - Com ajuste sazonal", "Índice", _MONTH),
    "24378": ("Força de trabalho - PNADC", "Pessoas (mil)", _MONTH),
    "24379": ("Pessoas ocupadas - PNADC", "Pessoas (mil)", _MONTH),
    "24380": ("Pessoas desocupadas - PNADC", "Pessoas (mil)", _MONTH),
    "27791": ("Meios de pagamento - M1 (saldo em final de período)", "R$ (mil)", _MONTH),
    "27810": ("Meios de pagamento amplos - M2 (saldo em final de período)", "R$ (mil)", _MONTH),
    "27813": ("Meios de pagamento amplos - M3 (saldo em final de período)", "R$ (mil)", _MONTH),
    "27815": ("Meios de pagamento amplos - M4 (saldo em final de período)", "R$ (mil)", _MONTH),
    "22704": ("Balança comercial e serviços - mensal - saldo", "US$ (milhões)", _MONTH),
    "22838": ("Renda secundária - mensal - saldo", "US$ (milhões)", _MONTH),
    "22863": ("Conta financeira - mensal - concessões líquidas", "US$ (milhões)", _MONTH),
    "23080": ("Investimento direto no país (IDP) acumulado em 12 meses em relação ao PIB", "%", _MONTH),
    "4583": (f"{_NFSP} - Resultado nominal - Fluxo mensal corrente - Setor público consolidado", "R$ (milhões)", _MONTH),
    "4616": (f"{_NFSP} - Juros nominais - Fluxo mensal corrente - Setor público consolidado", "R$ (milhões)", _MONTH),
    "13961": ("Movimento de câmbio contratado - Saldo", "US$ (milhões)", _DAY),
    "13962": ("Movimento de câmbio contratado - Comercial - Exportações", "US$ (milhões)", _DAY),
    "13966": ("Movimento de câmbio contratado - Comercial - Importações", "US$ (milhões)", _DAY),
    "13967": ("Movimento de câmbio contratado - Comercial - Saldo", "US$ (milhões)", _DAY),
    "13968": ("Movimento de câmbio contratado - Financeiro - Compras", "US$ (milhões)", _DAY),
    "13969": ("Movimento de câmbio contratado - Financeiro - Vendas", "US$ (milhões)", _DAY),
    "13970": ("Movimento de câmbio contratado - Financeiro - Saldo", "US$ (milhões)", _DAY),
}


def dataset(code: str) -> dict[str, Any]:
    """The portal's answer about one code."""
    found = [_TITLES[code]] if code in _TITLES else []
    results = [
        {"name": f"{code}-serie", "codigo_sgs": code, "title": title, "unidade_medida": unit, "periodicidade": frequency}
        for title, unit, frequency in found
    ]
    return {"success": True, "result": {"count": len(results), "results": results}}
