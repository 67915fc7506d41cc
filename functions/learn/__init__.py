"""The learn worker: tables in; models, predictions and pictures out.

    tasks.py ───── train-model, predict, plot          child.py ───── the tasks in the child
    handoff.py ─── the messages to and from the child  errors.py ──── what can be wrong
    table.py ───── a CSV, admitted and read            columns.py ─── what the columns hold
    features.py ── the columns to learn from           target.py ──── the column to predict
    train.py ───── a table → a model                   pipelines.py ─ the kinds of models
    model_file.py  a model ⇄ a file that is safe       metrics.py ─── the scores of a model
    predict.py ─── a model and rows → predictions      report.py ──── report.html and its plots
    plot.py ────── a table → a picture                 charts.py ──── the kinds of pictures
    overview.py ── the dashboard                       plot_style.py  the look of all pictures
    html.py ────── pages that load nothing

Only the child imports pandas, scikit-learn and matplotlib.
"""
