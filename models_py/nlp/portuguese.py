"""The Portuguese lexicon: what COPOM speaks of, in which direction, and phrases that are a stance by themselves.

Weights are from -2 (dovish) to +2 (hawkish); an object's weight is its polarity: +1 where more of it is hawkish.

Source: own, after the vocabulary of COPOM statements and minutes.
"""

from models_py.nlp.lexicon import Lexicon, listed

PORTUGUESE = Lexicon(
    language="pt",
    entries={
        "object": listed("""
            +1.0: inflação, inflação corrente, inflação ao consumidor, inflação subjacente, inflação de serviços, núcleo, núcleos,
                núcleos de inflação, medidas subjacentes, preços, preços livres, preços administrados, preços de commodities,
                pressões inflacionárias, pressões de preços, expectativas, expectativas de inflação, projeções, projeções de
                inflação, projeção de inflação, salários, rendimentos, massa salarial, atividade, atividade econômica, economia,
                crescimento, pib, demanda, demanda agregada, demanda doméstica, demanda interna, consumo, vendas, produção,
                produção industrial, indústria, investimento*, emprego, mercado de trabalho, ocupação, crédito, concessões, hiato,
                hiato do produto, utilização da capacidade, nível de utilização da capacidade instalada, confiança, prêmio de
                risco, prêmios de risco, gasto* público*, estímulo fiscal, estímulos fiscais, taxa selic, taxa básica de juros,
                câmbio, taxa de câmbio, depreciação, custos, custo unitário do trabalho
            -1.0: desemprego, taxa de desemprego, desocupação, taxa de desocupação, ociosidade, capacidade ociosa, incerteza*,
                incerteza global, desinflação, apreciação, inadimplência, superávit primário, esforço fiscal
        """),
        "direction": listed("""
            +1.8: desancorad*, desancor*
            +1.3: persisten*
            +1.2: resilien*, persist*
            +1.0: aument*, elev*, alta, altas, altista, aceler*, dinamic*, dinamismo, pression*, acima, forte, fortes, fortalec*,
                aquecid*, aquecimento, aperta*, apertad*, cresce, cresceu, crescem, crescer, crescendo, expand*, expansão, avanç*,
                sub*, recuper*, retomad*, maior, maiores, superior, robust*, depreciad*, surpreend*, intensific*, positiv*,
                vigoros*, ampli*, propag*, resistente*
            -0.5: reancor*
            -0.8: ancorad*, convergen*, converg*, favoráve*
            -1.0: reduz*, reduç*, queda, quedas, recu*, desaceler*, arrefec*, moder*, enfraquec*, abaixo, dissip*, ameniz*,
                acomod*, fraca, fraco, fracas, fracos, cai, caiu, caíram, cair, caindo, contraç*, contraí*, retração, diminu*,
                menor, menores, inferior, decres*, declin*, baixa, baixo, baixas, baixos, contid*, lenta, lento, gradual,
                negativ*, apreciad*, retra*, deprimid*
            -1.2: benign*
        """),
        "stance": listed("""
            +2.0: ciclo de aperto, ajuste de maior magnitude, elevar a taxa, elevar a taxa selic, aumentar a taxa selic, não
                hesitará em prosseguir, não hesitará em retomar
            +1.5: aperto monetário, elevou a taxa, contracionista por período prolongado, contracionista por período bastante
                prolongado, não hesitará, balanço de riscos assimétrico altista, assimétrico altista, assimetria altista,
                desancoragem, desancoragem das expectativas, expectativas acima da meta, deterioração das expectativas
            +1.2: significativamente contracionista, especialmente vigilante, balanço de riscos desfavorável, hiato mais apertado,
                resiliência da atividade, deterioração do balanço de riscos, deterioração do cenário fiscal
            +1.0: território contracionista, acima da meta, acima do centro da meta, perda de credibilidade fiscal, deterioração
                fiscal
            +0.8: contracionista, vigilante, vigilância, cautela, cauteloso, perseverança, perseverar, firme compromisso
            +0.6: segunda ordem, efeitos de segunda ordem
            +0.4: parcimônia, serenidade
            -0.6: política fiscal mais contracionista, arcabouço crível
            -0.8: espaço para, balanço de riscos simétrico, simétrico
            -1.0: encerramento do ciclo de alta, interrupção do ciclo de alta, desinflacionári*, expectativas ancoradas,
                convergência à meta, convergência da inflação, convergência para a meta, convergência da inflação para a meta,
                abaixo da meta, níveis confortáveis, patamares confortáveis
            -1.2: processo desinflacionário, dinâmica mais benigna, atividade abaixo do potencial, estimulativa, estimulativo,
                estímulo monetário, estímulos monetários, recessão
            -1.5: flexibilização, corte, cortes, espaço para redução, distensão
            -2.0: flexibilização monetária, redução da taxa, redução da taxa selic, reduzir a taxa, reduzir a taxa selic
        """),
        "modifier": listed("""
            +1.3: muito, bastante, significativamente, substancialmente, particularmente, fortemente
            +0.6: algo, ligeiramente, parcialmente, um pouco, relativamente, levemente, gradualmente
        """),
        "hedge": listed("""
            +0.7: poderia*, pode, podem, caso, se, eventual, eventuais
        """),
        "forward": listed("""
            +1.2: espera, antevê, próximas reuniões, prospectivamente, à frente
        """),
        "negation": listed("""
            -0.6: não, nem, sem, tampouco, menos, deixou de, improvável
        """),
        "not_negation": listed("""
            +1.0: não apenas, não só, não somente, pelo menos
        """),
        "despite": listed("""
            +0.3: apesar de, apesar da, apesar do, apesar dos, apesar das, a despeito d*, não obstante
        """),
    },
    breaks=("mas", "porém", "contudo", "embora", "enquanto", "por outro lado", "entretanto", "todavia", "no entanto"),
)
