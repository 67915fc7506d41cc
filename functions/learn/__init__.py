"""The learn worker: tables in; models, predictions, pictures and descriptions out.

    on both sides                               in the child: a table is read
    learn_task.py ── what the tasks share       table.py ────── the one reader, for every format
    *_task.py ────── each task and its params   delimited.py, dialect.py ─ a CSV and how it is written
    handoff.py ───── the messages               workbook.py, parquet.py, json_lines.py ─ other formats
    csv_input.py ─── formats and limits         cells.py, names.py, missing.py ─ cells as text
    errors.py ────── what can be wrong          infer.py ────── text → the kinds of a new table
    warnings_list.py what was assumed           learned.py ──── text → the kinds that a model learned
                                                number_text.py, date_text.py ─ numbers and dates
    in the child: what is made of a table       columns.py ──── what the columns hold
    child.py ─────── runs one task
    train.py ─────── a table → a model          predict.py ──── a model and rows → predictions
    split.py ─────── rows to learn and to test  model_file.py ─ a model ⇄ a file that is safe
    features.py ──── the columns to learn from  plot.py ─────── a table → a picture
    target.py ────── the column to predict      charts.py, overview.py ─ the kinds of pictures
    choose.py ────── the kind of model          plot_style.py ─ the look of all pictures
    pipelines.py ─── the kinds of models        profile.py ──── a table → what its columns hold
    metrics.py ───── the scores of a model      html.py ─────── pages that load nothing
    report.py ────── report.html and its plots

Only the child imports pandas, scikit-learn and matplotlib.
"""
