"""The learn worker: tables in; models, predictions and pictures out.

    tasks.py ──── train-model, predict, plot: each a child with limits, its files and its progress
    answers.py ── what the child does
    table.py ──── a CSV, admitted and read            columns.py ── what its columns hold
    train.py ──── a table → a model                   pipelines.py  the models there are
    model_file.py a model ⇄ a file that is safe       metrics.py ── how good it is
    report.py ─── report.html and its plots           predict.py ── a model and rows → predictions
    plot.py ───── kinds of pictures                   overview.py ─ the dashboard
    style.py ──── how every picture looks             page.py ───── pages with nothing loaded from elsewhere

pandas, scikit-learn and matplotlib are imported in the child alone. Both sides know errors.py.
"""
