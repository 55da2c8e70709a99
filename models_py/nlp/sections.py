"""Where in a document a sentence stands, and how much it counts there.

A section starts with a sentence that names its subject and runs to the next that names another; cues are looked for in order.

Source: NLP §2 and §4.
"""

import re

from models_py.nlp.lexicon import plain

WEIGHTS = {
    "decision": 2.0, "guidance": 2.0, "inflation": 1.5, "risks": 1.5, "activity": 1.0, "external": 0.7, "vote": 0.0, "other": 0.5,
}  # fmt: skip

# the first that a sentence holds names its section; without accents, as `plain` leaves text
CUES = {
    "en": {
        "vote": "voting for|voting against|voted for|voted against|in taking the discount rate action",
        "decision": (
            "committee (?:today )?decided|decided to (?:maintain|raise|lower|keep)|target range for the federal funds rate|"
            "asset purchases|holdings of|agency mortgage-backed"
        ),
        "guidance": (
            "future adjustments|in determining|forward guidance|appropriate stance|for some time|"
            "committee (?:will|expects|anticipates|judges|continues to|remains|seeks|is prepared|would)"
        ),
        "risks": "risks? to the (?:economic )?outlook|roughly balanced|downside risks|upside risks|balance of risks",
        "inflation": "inflation|price pressures|prices|wages|labor costs",
        "activity": (
            "economic activity|economy|growth|labor market|employment|unemployment|payroll|spending|investment|housing|"
            "production|output"
        ),
        "external": "foreign|global|abroad|international|euro area|china|exports|dollar",
    },
    "pt": {
        "vote": "votaram por|votou por",
        "decision": "decidiu|decisao|taxa selic|taxa basica de juros",
        "guidance": (
            "proximas? reuni(?:ao|oes)|passos futuros|ritmo de|orcamento total|politica monetaria|"
            "(?:copom|comite) (?:entende|anteve|antecipa|julga|avalia|reafirma|enfatiza|segue|continuara|nao hesitara)"
        ),
        "risks": "balanco de riscos|riscos? (?:de|para) |fatores de risco|assimetria|em ambas as direcoes",
        "inflation": "inflacao|ipca|nucleos?|expectativas|precos|projecoes",
        "activity": (
            "atividade|pib|mercado de trabalho|desemprego|emprego|demanda|consumo|industria|hiato|credito|vendas|producao"
        ),
        "external": "cenario externo|ambiente externo|estados unidos|economias|global|internacional|exterior|china|europa|commodities",
    },
}
_COMPILED = {language: [(name, re.compile(cue)) for name, cue in cues.items()] for language, cues in CUES.items()}


def sections(sentences: list[str], language: str) -> list[str]:
    """Section of each sentence; one that names none belongs to the section before it, `other` before the first."""
    found, now = [], "other"
    for sentence in sentences:
        text = plain(sentence)
        now = next((name for name, cue in _COMPILED[language] if cue.search(text)), now)
        found.append(now)
    return found
