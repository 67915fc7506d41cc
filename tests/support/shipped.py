"""The tasks that Heavylift ships. A tree may have more: tests of documents ask for these."""

from __future__ import annotations

from pack_tasks import FUNCTIONS, find_task_files

SHIPPED_TASKS = frozenset(
    {"pdf-to-images", "ocr", "train-model", "predict", "plot", "message", "zip", "batch"}
)
SHIPPED_WORKERS = frozenset({"pages", "ocr", "learn", "message", "archive", "batches"})
SHIPPED_FILES = frozenset(
    {
        *("learn/plot_task.py", "learn/predict_task.py", "learn/train_model_task.py"),
        *("archive/zip_task.py", "message/task.py", "ocr/task.py", "pages/task.py"),
    }
)
"""The task files among them, relative to functions/."""


def is_shipped(module: str) -> bool:
    """Whether a module of functions/ is none of a task or worker that was added to the tree."""
    package = module.partition(".")[0]
    file = f"{module.replace('.', '/')}.py"
    added = {str(path.relative_to(FUNCTIONS)) for path in find_task_files()} - SHIPPED_FILES
    workers = {path.parent.name for path in find_task_files()} - SHIPPED_WORKERS
    return package not in workers and file not in added
