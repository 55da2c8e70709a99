"""The IPCA basket: nine groups, four kinds of price, sixty-four leaves.

A leaf belongs to one group and one kind (food at home, industrial goods, services, administered). Its change is the kind's common
change plus the group's own noise plus noise of its own, from which the weighted mean of its cell (group × kind) is taken out, so
that leaves aggregate exactly to groups and kinds. Weights (December 2009, %) move with relative prices: w' = w (1 + π_leaf)/(1 + π).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

KINDS = ("food", "industrial", "services", "administered")
#            weight   share of food, industrial, services, administered   own sd, %
GROUPS: dict[str, tuple[float, tuple[float, float, float, float], float]] = {
    "food": (21.5, (0.72, 0.0, 0.28, 0.0), 0.15),
    "housing": (15.5, (0.0, 0.12, 0.38, 0.50), 0.58),
    "articles": (4.0, (0.0, 1.0, 0.0, 0.0), 0.55),
    "clothing": (5.0, (0.0, 1.0, 0.0, 0.0), 0.50),
    "transport": (20.0, (0.0, 0.30, 0.22, 0.48), 0.95),
    "health": (13.0, (0.0, 0.30, 0.30, 0.40), 0.35),
    "personal": (10.5, (0.0, 0.15, 0.80, 0.05), 0.18),
    "education": (5.5, (0.0, 0.05, 0.95, 0.0), 0.25),
    "communication": (5.0, (0.0, 0.10, 0.50, 0.40), 0.42),
}
# how a group's own noise falls on its kinds, before scaling so that the group keeps its sd: fuels and tariffs are the noisy part
NOISE_SHARE = {"food": 1.0, "industrial": 0.6, "services": 0.6, "administered": 1.3}
UNDERLYING_SHARE = 0.2            # of that, for leaves of the underlying cores: shocks of a group are those of its volatile items

FRESH, ENERGY, DURABLE, SEMI, UNDERLYING, SLUGGISH = "fresh", "energy", "durable", "semi", "underlying", "sluggish"
#      group, name, kind, share of the cell, noise sd, flags
LEAVES: tuple[tuple[str, str, int, float, float, tuple[str, ...]], ...] = (
    ("food", "cereals", 0, 0.06, 2.6, ()),
    ("food", "tubers and vegetables", 0, 0.06, 4, (FRESH,)),
    ("food", "greens", 0, 0.03, 4, (FRESH,)),
    ("food", "fruit", 0, 0.08, 3.4, (FRESH,)),
    ("food", "meat", 0, 0.19, 2.43, (FRESH,)),
    ("food", "fish", 0, 0.03, 2.43, (FRESH,)),
    ("food", "poultry and eggs", 0, 0.10, 2.43, (FRESH,)),
    ("food", "milk and dairy", 0, 0.14, 2.16, ()),
    ("food", "bread and bakery", 0, 0.12, 0.94, ()),
    ("food", "oils, sugar, drinks", 0, 0.19, 1.22, ()),
    ("food", "meals out", 2, 0.72, 0.81, (UNDERLYING,)),
    ("food", "snacks out", 2, 0.28, 0.81, (UNDERLYING,)),
    ("housing", "repairs", 1, 0.60, 0.81, (SEMI, UNDERLYING)),
    ("housing", "cleaning goods", 1, 0.40, 0.94, (UNDERLYING,)),
    ("housing", "rent", 2, 0.55, 0.81, (UNDERLYING, SLUGGISH)),
    ("housing", "condominium", 2, 0.30, 0.81, (UNDERLYING,)),
    ("housing", "removals and labour", 2, 0.15, 0.81, (UNDERLYING,)),
    ("housing", "electricity", 3, 0.55, 2.16, (ENERGY, SLUGGISH)),
    ("housing", "water and sewage", 3, 0.27, 1.22, (SLUGGISH,)),
    ("housing", "gas", 3, 0.18, 1.35, (ENERGY,)),
    ("articles", "furniture", 1, 0.30, 0.88, (DURABLE, UNDERLYING)),
    ("articles", "appliances", 1, 0.30, 0.88, (DURABLE, UNDERLYING)),
    ("articles", "electronics", 1, 0.22, 1.35, (DURABLE, UNDERLYING)),
    ("articles", "utensils", 1, 0.10, 0.88, (SEMI, UNDERLYING)),
    ("articles", "linen", 1, 0.08, 0.88, (SEMI, UNDERLYING)),
    ("clothing", "men's wear", 1, 0.24, 0.94, (SEMI, UNDERLYING)),
    ("clothing", "women's wear", 1, 0.28, 0.88, (SEMI, UNDERLYING)),
    ("clothing", "children's wear", 1, 0.14, 0.94, (SEMI, UNDERLYING)),
    ("clothing", "footwear", 1, 0.24, 0.94, (SEMI, UNDERLYING)),
    ("clothing", "jewellery", 1, 0.06, 1.62, (DURABLE, UNDERLYING)),
    ("clothing", "fabrics", 1, 0.04, 0.94, (SEMI, UNDERLYING)),
    ("transport", "new cars", 1, 0.45, 0.81, (DURABLE, UNDERLYING)),
    ("transport", "used cars", 1, 0.30, 0.88, (DURABLE, UNDERLYING)),
    ("transport", "ethanol and parts", 1, 0.25, 2.7, (ENERGY,)),
    ("transport", "air fares", 2, 0.12, 4, ()),
    ("transport", "repair and garage", 2, 0.53, 0.81, (UNDERLYING,)),
    ("transport", "insurance and hire", 2, 0.35, 1.62, ()),
    ("transport", "petrol", 3, 0.50, 2.7, (ENERGY,)),
    ("transport", "buses and trains", 3, 0.35, 1.62, (SLUGGISH,)),
    ("transport", "licences and tolls", 3, 0.15, 1.35, (SLUGGISH,)),
    ("health", "hygiene", 1, 0.80, 0.88, (UNDERLYING,)),
    ("health", "optics", 1, 0.20, 0.88, (SEMI, UNDERLYING)),
    ("health", "doctors and dentists", 2, 0.65, 0.81, (UNDERLYING,)),
    ("health", "hospitals and tests", 2, 0.35, 0.81, (UNDERLYING,)),
    ("health", "medicines", 3, 0.50, 1.08, (SLUGGISH,)),
    ("health", "health plans", 3, 0.42, 0.81, (SLUGGISH,)),
    ("health", "public health fees", 3, 0.08, 0.81, ()),
    ("personal", "toys and pets", 1, 0.60, 0.88, (SEMI, UNDERLYING)),
    ("personal", "tobacco", 1, 0.40, 1.62, ()),
    ("personal", "domestic help", 2, 0.33, 0.81, (SLUGGISH,)),
    ("personal", "hairdressers", 2, 0.25, 0.81, (UNDERLYING,)),
    ("personal", "leisure", 2, 0.22, 0.94, (UNDERLYING,)),
    ("personal", "tourism", 2, 0.10, 2.43, ()),
    ("personal", "bank charges", 2, 0.10, 0.94, (UNDERLYING,)),
    ("personal", "lotteries", 3, 1.0, 0.81, ()),
    ("education", "stationery", 1, 1.0, 0.94, (SEMI, UNDERLYING)),
    ("education", "schools", 2, 0.50, 0.81, ()),
    ("education", "universities", 2, 0.30, 0.81, ()),
    ("education", "other courses", 2, 0.20, 0.81, ()),
    ("communication", "handsets", 1, 1.0, 1.35, (DURABLE, UNDERLYING)),
    ("communication", "mobile plans", 2, 0.50, 0.94, ()),
    ("communication", "internet and television", 2, 0.50, 0.94, ()),
    ("communication", "fixed line", 3, 0.75, 1.08, ()),
    ("communication", "post", 3, 0.25, 1.08, ()),
)
GROUP_NAMES = tuple(GROUPS)


@dataclass(frozen=True)
class Basket:
    """The basket as arrays over leaves (64,): group, kind, cell, weight (sums to 1), noise sd, loading on the group's own noise."""

    group: NDArray[np.int64]
    kind: NDArray[np.int64]
    cell: NDArray[np.int64]
    weight: NDArray[np.float64]
    noise: NDArray[np.float64]
    load: NDArray[np.float64]
    own: NDArray[np.float64]                # own sd by group, (9,)

    def flagged(self, flag: str) -> NDArray[np.bool_]:
        return np.array([flag in leaf[5] for leaf in LEAVES])


@cache
def basket() -> Basket:
    """The basket of December 2009."""
    names = list(GROUPS)
    group = np.array([names.index(leaf[0]) for leaf in LEAVES])
    kind = np.array([leaf[2] for leaf in LEAVES])
    cell = group * len(KINDS) + kind
    within = np.array([leaf[3] for leaf in LEAVES])
    within = within / np.bincount(cell, within)[cell]
    weight = np.array([GROUPS[leaf[0]][0] * GROUPS[leaf[0]][1][leaf[2]] for leaf in LEAVES]) * within / 100
    load = np.array([NOISE_SHARE[KINDS[leaf[2]]] * (UNDERLYING_SHARE if UNDERLYING in leaf[5] else 1.0) for leaf in LEAVES])
    group_weight = np.bincount(group, weight)
    load = load / (np.bincount(group, weight * load) / group_weight)[group]
    return Basket(group, kind, cell, weight / weight.sum(), np.array([leaf[4] for leaf in LEAVES]), load,
                  np.array([row[2] for row in GROUPS.values()]))
