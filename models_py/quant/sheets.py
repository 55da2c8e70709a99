"""Sheets: everything that was known of one date at one instant, such as the nodes of a curve or the contracts listed on it."""

import numpy as np

from models_py.quant.realtime import Ints

_STRIDE = 1_000_000         # more than any entry's number: keeps the sheets apart on one axis


def withdrawn(sheet: Ints, entry: Ints, reference: Ints) -> tuple[Ints, Ints]:
    """What the sheet before still had and a sheet has no more.

    Args:
        sheet, entry: number of the sheet and of the entry (a tenor, a month; below a million) of every entry there is.
        reference: date of each sheet; sheets of one date follow each other in order of knowledge.
    Returns:
        sheet and entry of every withdrawal.
    """
    again = np.flatnonzero(reference[1:] == reference[:-1]) + 1
    awaited = np.isin(sheet + 1, again)
    next_sheet, same_entry = sheet[awaited] + 1, entry[awaited]
    gone = ~np.isin(next_sheet * _STRIDE + same_entry, sheet * _STRIDE + entry)
    return next_sheet[gone], same_entry[gone]
