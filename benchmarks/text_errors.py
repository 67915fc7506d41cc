"""Two error rates of a recognized text: edit distance over the number of true characters, with spaces.

- in order: the whole page as one text. A column, caption or footnote in another place than in the truth
  costs all its characters, even if either order is right for a reader.
- by line: each true line is compared with the best matching recognized line, and each line is used once.
  Additional recognized lines and the order of lines do not count.

Both texts are normalized first: ligatures, quotes, dashes and asterisks to plain forms (NFKC), white space
to one space, and for `in order` words hyphenated at the end of a line to whole words.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist
from scipy.optimize import linear_sum_assignment

PLAIN = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011\u2013\u2014\u2212\u2217", "''\"\"-----*")


def compute_order_errors(truth: str, text: str) -> float:
    """Return the error rate of the whole text in its order."""
    true = join_lines(truth)
    return float(Levenshtein.distance(true, join_lines(text)) / len(true)) if true else 0.0


def normalize(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(PLAIN).split())


def join_lines(text: str) -> str:
    """Return the text as one line, with hyphenated words joined."""
    return normalize(re.sub(r"-\s*\n\s*", "", text.translate(PLAIN)))


def compute_line_errors(truth: str, text: str) -> float:
    """Return the error rate of the best matching between true and recognized lines."""
    true, found = ([line for line in map(normalize, each.splitlines()) if line] for each in (truth, text))
    if not true:
        return 0.0
    lengths = np.array([len(line) for line in true])[:, None]
    costs = np.minimum(cdist(true, found or [""], scorer=Levenshtein.distance), lengths)
    missed = np.broadcast_to(lengths, (len(true), len(true)))  # a true line may have no recognized line
    costs = np.hstack([costs, missed])
    return float(costs[linear_sum_assignment(costs)].sum() / lengths.sum())
