"""Tables of SIDRA that are simulated: their names, periods, variables, units and categories, as IBGE names them.

Names marked by a version of the basket or an index base are those of the real tables as far as they are known; the word SIMULADO
opens each table's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

PERCENT, INDEX, REAIS, MILLIONS, THOUSAND, TONNES = (
    ("2", "%"), ("30", "Número-índice"), ("38", "Reais"), ("40", "Milhões de Reais"), ("1572", "Mil pessoas"), ("1017", "Toneladas"),
)  # fmt: skip
MONTH, QUARTER, MOVING = "Mês", "Trimestre", "Trimestre Móvel"
MONTHS = ("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro")
GROUPS = {
    "7169": "Índice geral", "7170": "1.Alimentação e bebidas", "7445": "2.Habitação", "7486": "3.Artigos de residência",
    "7558": "4.Vestuário", "7625": "5.Transportes", "7660": "6.Saúde e cuidados pessoais", "7712": "7.Despesas pessoais",
    "7766": "8.Educação", "7786": "9.Comunicação",
}  # fmt: skip
SECTORS = {
    "90707": "PIB a preços de mercado", "93404": "Despesa de consumo das famílias", "93405": "Despesa de consumo da administração pública",
    "93406": "Formação bruta de capital fixo", "93407": "Exportação de bens e serviços", "93408": "Importação de bens e serviços (-)",
}  # fmt: skip
LONG_INDEX = 13                              # decimals of price indices, all zeros after the second


@dataclass(frozen=True)
class Variable:
    """Name, code and name of the unit; decimals where they are not those of the series."""

    name: str
    unit: tuple[str, str]
    decimals: int | None = None


@dataclass(frozen=True)
class Table:
    """One table. `period_first`: whether the period is the dimension before the variable."""

    name: str
    period: str
    variables: Mapping[str, Variable]
    classification: tuple[str, str] | None = None
    categories: Mapping[str, str] = field(default_factory=dict)
    period_first: bool = False


_GROUPED = ("315", "Geral, grupo, subgrupo, item e subitem")
_SECTORS = ("11255", "Setores e subsetores")
_KINDS = ("11046", "Tipos de índice")


def _basket(name: str) -> Table:
    return Table(
        name, MONTH, {"63": Variable("IPCA - Variação mensal", PERCENT), "66": Variable("IPCA - Peso mensal", PERCENT)}, _GROUPED, GROUPS,
    )


TABLES: Mapping[str, Table] = {
    "1419": _basket("IPCA por grupos, a partir de janeiro de 2012"), "2938": _basket("IPCA por grupos, até dezembro de 2011"),
    "7060": _basket("IPCA por grupos, a partir de janeiro de 2020"),
    "7062": Table(
        "IPCA15 por grupos, a partir de fevereiro de 2020", MONTH, {"355": Variable("IPCA15 - Variação mensal", PERCENT)}, _GROUPED,
        {"7169": GROUPS["7169"], "7171": "11.Alimentação no domicílio", "7432": "12.Alimentação fora do domicílio"},
    ),
    "1737": Table("IPCA, série histórica", MONTH, {
        "63": Variable("IPCA - Variação mensal", PERCENT), "69": Variable("IPCA - Variação acumulada no ano", PERCENT),
        "2265": Variable("IPCA - Variação acumulada em 12 meses", PERCENT),
        "2266": Variable("IPCA - Número-índice (base: dezembro de 1993 = 100)", INDEX, LONG_INDEX),
    }),
    "1736": Table("INPC, série histórica", MONTH, {
        "44": Variable("INPC - Variação mensal", PERCENT),
        "2289": Variable("INPC - Número-índice (base: dezembro de 1993 = 100)", INDEX, LONG_INDEX),
    }, period_first=True),
    "3065": Table("IPCA15, série histórica", MONTH, {
        "355": Variable("IPCA15 - Variação mensal", PERCENT),
        "1117": Variable("IPCA15 - Número-índice (base: dezembro de 1993 = 100)", INDEX, LONG_INDEX),
    }),
    "1620": Table("Série encadeada do índice de volume trimestral (Base: média 1995 = 100)", QUARTER,
                  {"583": Variable("Série encadeada do índice de volume trimestral", INDEX)}, _SECTORS, SECTORS, period_first=True),
    "1621": Table("Série encadeada do índice de volume trimestral com ajuste sazonal (Base: média 1995 = 100)", QUARTER,
                  {"584": Variable("Série encadeada do índice de volume trimestral com ajuste sazonal", INDEX)}, _SECTORS,
                  {"90707": SECTORS["90707"]}),
    "1846": Table("Valores a preços correntes", QUARTER, {"585": Variable("Valores a preços correntes", MILLIONS)}, _SECTORS,
                  {"90707": SECTORS["90707"]}),
    "5932": Table("Taxa de variação do índice de volume trimestral", QUARTER, {
        "6561": Variable("Taxa trimestral (em relação ao mesmo período do ano anterior)", PERCENT),
        "6562": Variable("Taxa acumulada em quatro trimestres (em relação ao mesmo período do ano anterior)", PERCENT),
        "6564": Variable("Taxa trimestre contra trimestre imediatamente anterior", PERCENT),
    }, _SECTORS, {"90707": SECTORS["90707"]}),
    "8888": Table("Produção Física Industrial, por seções e atividades industriais", MONTH, {
        "12606": Variable("PIMPF - Número-índice (2022=100)", INDEX),
        "12607": Variable("PIMPF - Número-índice com ajuste sazonal (2022=100)", INDEX),
        "11602": Variable("PIMPF - Variação mês/mesmo mês do ano anterior (M/M-12)", PERCENT),
    }, ("544", "Seções e atividades industriais (CNAE 2.0)"), {"129314": "1 Indústria geral"}),
    "8880": Table("Índice e variação da receita nominal e do volume de vendas no comércio varejista", MONTH, {
        "7169": Variable("PMC - Número-índice (2022=100)", INDEX),
        "7170": Variable("PMC - Número-índice com ajuste sazonal (2022=100)", INDEX),
    }, _KINDS, {"56734": "Índice de volume de vendas no comércio varejista"}),
    "8881": Table("Índice e variação da receita nominal e do volume de vendas no comércio varejista ampliado", MONTH,
                  {"7169": Variable("PMC - Número-índice (2022=100)", INDEX)}, _KINDS,
                  {"56736": "Índice de volume de vendas no comércio varejista ampliado"}),
    "5906": Table("Índice e variação da receita nominal e do volume de serviços", MONTH,
                  {"7167": Variable("PMS - Número-índice (2022=100)", INDEX)}, _KINDS, {"56726": "Índice de volume de serviços"}),
    "6588": Table("Série histórica da estimativa anual da produção", MONTH, {"35": Variable("Produção", TONNES)}),
    "6381": Table("Taxa de desocupação, na semana de referência", MOVING,
                  {"4099": Variable("Taxa de desocupação, na semana de referência, das pessoas de 14 anos ou mais de idade", PERCENT)},
                  period_first=True),
    "6318": Table("Pessoas de 14 anos ou mais de idade, por condição em relação à força de trabalho", MOVING,
                  {"1641": Variable("Pessoas de 14 anos ou mais de idade", THOUSAND)},
                  ("629", "Condição em relação à força de trabalho e condição de ocupação"), {"32387": "Força de trabalho - ocupada"}),
    "6390": Table("Rendimento médio mensal real, habitualmente recebido", MOVING,
                  {"5933": Variable("Rendimento médio mensal real habitualmente recebido em todos os trabalhos", REAIS)}),
    "6392": Table("Massa de rendimento mensal real, habitualmente recebido", MOVING,
                  {"6293": Variable("Massa de rendimento mensal real habitualmente recebido em todos os trabalhos", MILLIONS)}),
}  # fmt: skip


def period_name(code: str, kind: str) -> str:
    """`agosto 2026`, `1º trimestre 2024`, `nov-dez-jan 2024`."""
    year, number = code[:4], int(code[4:])
    if kind == QUARTER:
        return f"{number}º trimestre {year}"
    if kind == MOVING:
        return f"{'-'.join(MONTHS[(number - back) % 12][:3] for back in (3, 2, 1))} {year}"
    return f"{MONTHS[number - 1]} {year}"
