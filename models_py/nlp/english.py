"""The English lexicon: what the FOMC speaks of, in which direction, and phrases that are a stance by themselves.

Weights are from -2 (dovish) to +2 (hawkish); an object's weight is its polarity: +1 where more of it is hawkish.

Source: own, after the vocabulary of FOMC statements and minutes.
"""

from models_py.nlp.lexicon import Lexicon, listed

ENGLISH = Lexicon(
    language="en",
    entries={
        "object": listed("""
            +1.0: inflation, core inflation, consumer price* inflation, price inflation, core prices, consumer prices, prices,
                price pressures, inflation pressures, inflationary pressures, price increases, wage*, wage growth, compensation,
                unit labor costs, labor costs, inflation expectations, longer-term inflation expectations, inflation compensation,
                economic activity, activity, economic growth, growth, the economy, expansion, demand, aggregate demand, spending,
                household spending, consumer spending, business spending, business fixed investment, fixed investment, investment,
                consumption, exports, employment, payrolls, nonfarm payrolls, job gains, job growth, hiring, labor market, labor
                market conditions, labor markets, labor demand, output, production, industrial production, manufacturing, sales,
                capacity utilization, resource utilization, housing, housing activity, housing starts, home sales, residential
                investment, housing sector, home prices, house prices, funds rate, federal funds rate, policy rate, target range,
                discount rate, real gdp, gdp, energy prices, oil prices, commodity prices, import prices, crude oil prices,
                confidence, sentiment, asset prices, equity prices, credit, lending, productivity growth
            -1.0: unemployment, unemployment rate, slack, resource slack, joblessness, jobless claims, initial claims, layoffs,
                excess capacity, uncertainty, risks to growth, headwinds, financial strains, financial stress, strains, recession,
                dollar appreciation, productivity, inventories, delinquencies, defaults, unemployed, underemployment, credit
                spreads, financial turmoil, weakness
        """),
        "direction": listed("""
            +1.5: surg*
            +1.2: elevated, persist*
            +1.0: increas*, rise, rises, risen, rising, rose, higher, strong, stronger, strength*, robust, solid, solidly, pick*
                up, picked up, picking up, accelerat*, upside, firm, firmed, firming, firmer, tight, tightened, tightening, rapid,
                rapidly, expand*, above, raise, raised, raising, climb*, grow, grew, growing, gain, gained, gains, improv*,
                boost*, brisk, buoyant, advanced, advancing, recover*, rebound*, up, upward, intensif*, mount*, build, building,
                heighten*, exceed*, widen*, pressures
            -1.0: declin*, fall, falls, fell, fallen, falling, lower, lowered, lowering, weak, weaker, weaken*, slow, slower,
                slowed, slowing, slowdown, moderat*, soft, softer, soften*, subdued, ease, eased, easing, diminish*, below, drop*,
                contract, contracted, contraction, contracting, sluggish, wane*, waning, restrain*, decreas*, reduc*, decelerat*,
                low, muted, down, downward, downside, depressed, dampen*, damped, abat*, shrink*, cut, cuts, retreat*,
                deteriorat*, tepid, anemic, flat, flattened, modest, edged down, slipped, recede*, stagnat*, worsen*, narrow*,
                limit*, contain*, cool*, loosen*, constrain*, curtail*, edge down
            -1.5: plung*, collapse*
        """),
        "stance": listed("""
            +2.0: additional policy firming, further policy firming, some additional policy firming, ongoing increases
            +1.5: policy firming, further increases, sufficiently restrictive, restrictive for some time, price stability at risk,
                upside risks to inflation, upside risks to price stability, overheat*
            +1.2: restrictive stance, tapering, reduce holdings, reduc* its? holdings, remov* policy? accommodation, remov* of?
                accommodation, less accommodative, tighter policy, tighter monetary policy
            +1.0: strongly committed to returning inflation, reduc* the pace of? asset? purchases, highly attentive to inflation
                risks
            +0.8: inflation risks, inflationary, normaliz*
            -0.4: stable inflation expectations
            -0.6: well anchored
            -0.8: accommodation, stimul*
            -1.0: accommodative, policy accommodation, monetary accommodation, considerable time, extended period, downside risks,
                downside risk, transitory, transitory factors, support the? economic? recovery, support the economy, support
                economic growth, act as appropriate, below the committee's, below 2 percent, below its? longer-run, recession*
            -1.2: lower bound, disinflation*, deflation*, gained greater confidence, below the? committee's 2 percent
            -1.5: accommodative stance, remain accommodative, highly accommodative, additional accommodation, patient, can be
                patient, appropriate to reduce, effective lower bound, zero lower bound, asset purchases increase, increase* asset
                purchases, additional asset purchases, exceptionally low, quantitative easing
        """),
        "modifier": listed("""
            +1.3: very, significantly, significant, substantially, substantial, markedly, considerably, considerable, especially,
                sharply, notably, rapidly
            +0.6: somewhat, slightly, slight, modestly, partially, a touch, a little, a bit, marginally, gradually
        """),
        "hedge": listed("""
            +0.7: may, might, could, if, would
        """),
        "forward": listed("""
            +1.2: expects, expected, will, anticipates, anticipated, prospectively, projected
        """),
        "negation": listed("""
            -0.6: not, no, never, neither, without, less, unlikely, lack, no longer, nor
        """),
        "not_negation": listed("""
            +1.0: not only
        """),
        "despite": listed("""
            +0.3: despite, in spite of, notwithstanding
        """),
    },
    breaks=("but", "while", "although", "however", "though", "whereas", "yet", "even as"),
)
