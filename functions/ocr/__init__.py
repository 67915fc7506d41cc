"""The ocr worker: images and PDFs → regions, lines, crops, a picture and a searchable PDF of each page.

What a stranger sent is decoded in a child (the package `sandbox`), which hands over bare pixels; the models
run in the worker's own process, loaded once, on these pixels.

    in the child                                   in the worker
    answers.py ─ what is asked of the input        task.py ──── plan, run, join
    images.py ── the frames of an image            models.py ── the neural networks
    pdf.py ───── the pages of a PDF                read.py ──── pixels → lines, upright
    errors.py ── what can be wrong with an image   layout.py ── lines → regions in reading order
    picture.py ─ pixels between the two            draw.py ──── crops, the annotated picture
                                                   searchable.py, font.py ─ the PDF
                                                   page.py ───── one page, from pixels to outputs
                                                   publish.py ─ a page's outputs
                                                   whole.py ─── the document's outputs
"""
