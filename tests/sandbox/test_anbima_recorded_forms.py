"""ANBIMA's recorded files and ours are spelled alike: the same lines, headings, line ends and decimals, figures taken out."""

import re

import pytest

from tests.sandbox.conftest import INFORMACOES, bonds, curve_form, index_form

pytestmark = pytest.mark.recorded

NOW = "2024-03-01T15:00:00Z"
WORD = " - SIMULADO"


@pytest.fixture
def theirs(recorded):
    return lambda name: (recorded / "anbima" / name).read_bytes().decode("latin-1")


def ours(answer) -> str:
    return answer.body.decode("latin-1").replace(WORD, "")


def decimals(cell: str) -> object:
    """How many decimals a figure has; other text as it is."""
    found = re.fullmatch(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?", cell)
    return len(found[1] or "") if found else cell


def columns(lines: list[str], separator: str, first: int) -> list[set]:
    """Decimals that occur in each column from `first` on."""
    return [set(map(decimals, cells)) for cells in zip(*(line.split(separator)[first:] for line in lines), strict=True)]


def test_bonds(theirs, real):
    yours, mine = (text.split("\r\n") for text in (theirs("ms260206.txt"), ours(real(bonds("240229"), now=NOW))))
    assert mine[:3] == yours[:3]
    assert mine[-1] == yours[-1] == ""
    most = [[max(int(one) for one in cells if one != "--") for cells in columns(lines[3:-1], "@", 5)[:-1]] for lines in (mine, yours)]
    assert most[0] == most[1] == [4, 4, 4, 6, 14, 4, 4, 4, 4]
    assert {line.split("@")[-1] for line in mine[3:-1]} == {"Calculado"}
    codes = [{line.split("@")[0]: line.split("@")[2] for line in lines[3:-1]} for lines in (yours, mine)]
    assert codes[1].items() <= codes[0].items()


def blind(text: str) -> list[str]:
    """Lines with their figures and days taken out, each kind of line once, in order."""
    plain = re.sub(r"-?\d[\d.]*(?:,\d+)?(?:E[-+]\d\d)?", "#", re.sub(r"\d\d/\d\d/\d{4}", "day", text))
    return list(dict.fromkeys(plain.split("\r\n")))


def test_the_curve(theirs, real):
    yours, mine = theirs("ettj_CZ-down_2026-03-20.csv"), ours(real(**curve_form("29/02/2024"), now=NOW))
    assert blind(mine) == blind(yours)
    assert mine.endswith("\r\n\r\n")
    assert yours.endswith("\r\n\r\n")
    numbers = [{decimals(cell) for line in re.split(r"\r\n\r\n", text)[1].split("\r\n")[2:] for cell in line.split(";")[1:]}
               for text in (mine, yours)]  # fmt: skip
    assert numbers == [{4, ""}, {4, ""}]
    # plain where the last of fifteen digits is no further than the fifteenth decimal, else with an exponent
    for text in (mine, yours):
        for number in re.split(r"[;\r\n]+", text.split("\r\n\r\n")[0]):
            if "E-" in number:
                mantissa, exponent = number.lstrip("-").split("E-")
                assert len(mantissa.replace(",", "")) - 1 + int(exponent) > 15
            elif re.fullmatch(r"-?0,\d+", number):
                assert len(number.split(",")[1]) <= 15


def test_the_summary_of_indices(theirs, real):
    yours, mine = (text.split("\r\n") for text in (theirs("IMA_SH_08052026.csv"), ours(real(**index_form("29/02/2024"), now=NOW))))
    assert mine[:2] == yours[:2]
    assert [line.split(";")[0] for line in mine] == [line.split(";")[0] for line in yours]
    assert columns(mine[2:-1], ";", 2) == columns(yours[2:-1], ";", 2)


def test_a_summary_without_rows(recorded, real):
    body = real(**index_form("25/02/2024"), now=NOW).body
    assert body.replace(WORD.encode(), b"") == (recorded / "anbima" / "ima_sh_empty_day.csv").read_bytes()


def test_a_curve_of_a_day_without_one(recorded, real):
    assert real(**curve_form("25/02/2024"), now=NOW).body == (recorded / "anbima" / "ettj_CZ-down_nonbusinessday_empty.csv").read_bytes()


def values(text: str) -> list:
    """Names of attributes and decimals of their figures, each way of an element once."""
    elements = re.findall(r"<(TOTAL|CARTEIRA) (.*?)/>", text, re.S)
    named = [(tag, *((name, decimals(value)) for name, value in re.findall(r"(\w+)='([^']*)'", inside))) for tag, inside in elements]
    script = {"T_PMR", "T_Convexidade", "T_Yield", "T_Rdpt_Yield", "C_PMR", "C_Convexidade", "T_Quant_Negociada", "C_Quant_Negociada"}
    free = {"C_Titulo", "C_Data_Vencimento", "C_Cod_550", "C_Cod_ISIN", "C_Indice", "T_Indice", "T_Familia"}
    return [(tag, *(name if name in script | free else (name, size) for name, size in cells)) for tag, *cells in named]


@pytest.mark.parametrize(("file", "call"), [
    ("IMA_SH_08052026.xml", index_form("29/02/2024", "xml")), ("ima_completo.xml", {"target": f"{INFORMACOES}/ima/arqs/ima_completo.xml"}),
])
def test_indices_in_xml(theirs, real, file, call):
    yours, mine = theirs(file), ours(real(**call, now=NOW)).replace("<!-- SIMULADO -->\r\n", "")
    assert set(values(mine)) == set(values(yours))
    frame = [re.sub(r"'[^']*'", "''", re.sub(r"=('[^']*')", "=''", text)) for text in (mine, yours)]
    assert list(dict.fromkeys(frame[0].split("\n"))) == list(dict.fromkeys(frame[1].split("\n")))


def test_the_whole_file(theirs, real):
    yours, mine = (
        text.split("\r\n") for text in (theirs("ima_completo.txt"), ours(real(f"{INFORMACOES}/ima/arqs/ima_completo.txt", now=NOW)))
    )
    heads = [[line for line in lines if not re.match(r"[12]@\d\d/", line)] for lines in (mine, yours)]
    assert heads[0] == heads[1]
    for record, first, last in (("1", 3, 14), ("2", 7, -2)):
        cells = [[line for line in lines if re.match(rf"{record}@\d\d/", line)] for lines in (mine, yours)]
        # the last columns are of a script
        one, other = (columns(lines, "@", first)[: last - first if last > 0 else last] for lines in cells)
        assert one == other
    names = [list(dict.fromkeys(line.split("@")[2] for line in lines if re.match(r"1@\d\d/", line))) for lines in (mine, yours)]
    assert names[0] == names[1]


def test_the_page_of_unit_values(theirs, real):
    def rows(text: str) -> list[list[str]]:
        """Texts of the cells of each row of the tables but that of NTN-C, figures and days taken out."""
        found = re.findall(r"<tr[^>]*>(.*?)</tr>", re.sub(r'(?s)<div[^>]*id="listaNTN-C".*?</div>', "", text), re.S)
        cells = [[re.sub(r"<[^>]+>|&nbsp;", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)] for row in found]
        return [[re.sub(r"-?\d+(?:[.,]\d+)+", "#", re.sub(r"\d\d/\d\d/\d{4}", "day", one)) for one in row] for row in cells
                if row and any(word in "".join(row) for word in ("NTN-B", "LFT", "Selic", "VNA", "760", "210100"))]  # fmt: skip

    yours, mine = (rows(text) for text in (theirs("vna_2019-01-06.html"), ours(real(f"{INFORMACOES}/vna/vna.asp", now=NOW))))
    assert mine == [row for row in yours if "*" not in "".join(row)]
