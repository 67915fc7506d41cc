"""The labels of three charts, typed from the page, in place of a text of the PDF without meaning.

The charts of `tracemonkey.pdf` (Gal and others, PLDI 2009) have fonts without the code of any letter: their
text is signs such as `!"#`. That of page 11 lacks the slanted labels altogether. So a reader that reads a
label right would be charged for it. The rows are from top to bottom, the labels of a row from left to right.
"""

from __future__ import annotations

from pypdfium2 import PdfTextPage

from benchmarks.figure_masks import Box, list_places

TESTS = (
    *("3d-cube", "3d-morph", "3d-raytrace", "access-binary-trees", "access-fannkuch", "access-nbody"),
    *("access-nsieve", "bitops-3bit-bits-in-byte", "bitops-bits-in-byte", "bitops-bitwise-and"),
    *("bitops-nsieve-bits", "controlflow-recursive", "crypto-aes", "crypto-md5", "crypto-sha1"),
    *("date-format-tofte", "date-format-xparb", "math-cordic", "math-partial-sums", "math-spectral-norm"),
    *("regexp-dna", "string-base64", "string-fasta", "string-tagcloud", "string-unpack-code"),
    "string-validate-input",
)
SPEEDUPS = (
    *("2.2", "2.9", "1.2", "0.9", "2.2", "4.2", "3.0", "25.5", "8.7", "25.2", "2.7", "1.0", "1.6", "2.3"),
    *("5.9", "1.1", "1.0", "4.9", "5.9", "7.1", "4.2", "2.5", "1.5", "1.1", "1.2", "1.9"),
)
NAMES = [f"{test} ({speedup}x)" for test, speedup in zip(TESTS, SPEEDUPS, strict=True)][::-1]
LABELS = {
    ("tracemonkey.pdf", 10): [
        *NAMES,
        "0% 10% 20% 30% 40% 50% 60% 70% 80% 90% 100%",
        "Interpret Native",
    ],
    ("tracemonkey.pdf", 11): ["25", "Tracing", "20 SFX", "V8", "15", "10", "5", "0", *TESTS],
    ("tracemonkey.pdf", 13): [
        *NAMES,
        "0% 20% 40% 60% 80% 100%",
        "Interpret Monitor Record Compile Call Trace Run Trace",
    ],
}
"""By file and page."""


def put_labels(labels: list[str], text: PdfTextPage, figures: list[Box], scale: float, height: float) -> str:
    """Return the page's text with the labels in place of the figures' characters."""
    made: list[str] = []
    is_put = False
    for character, is_inside in list_places(text, figures, scale, height):
        if not is_inside:
            made.append(character)
        elif not is_put:
            made += ["\n", "\n".join(labels), "\n"]
            is_put = True
    return "".join(made)
