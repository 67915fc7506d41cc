"""The decorator that makes a function or a class a task."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, overload

from heavylift.tasks.sniff import Sniff, sniff_one_of
from heavylift.tasks.spec import InputRule, OutputNamed, Params, TaskSpec, sniff_nothing
from heavylift.tasks.task import FunctionTask, JobContext, P, Result, SplitTask

T = TypeVar("T", bound=SplitTask[Any])
NOTHING: Mapping[str, Any] = MappingProxyType({})


class _Define:
    """What `@task(...)` returns: applied to the function or the class below it."""

    def __init__(self, **spec: Any) -> None:
        self._spec = spec

    @overload
    def __call__(self, target: type[T]) -> type[T]: ...
    @overload
    def __call__(self, target: Callable[[JobContext[P]], Result]) -> FunctionTask[P]: ...
    def __call__(self, target: Any) -> Any:
        described = self._spec["description"] or inspect.cleandoc(target.__doc__ or "").partition("\n\n")[0]
        worker = target.__module__.partition(".")[0]
        spec = TaskSpec(**{**self._spec, "description": " ".join(described.split()), "queue": worker})
        if isinstance(target, type):
            target.spec = spec  # type: ignore[attr-defined]  # a SplitTask
            return target
        return FunctionTask(spec, target)


def task(  # noqa: PLR0913 - each is a fact of the task, given by name
    name: str,
    *,
    params: type[Params] = Params,
    title: str | None = None,
    description: str = "",
    accepts: tuple[str, ...] = (),
    input: InputRule | None = None,  # noqa: A002 - the API's word
    sniff: Sniff | None = None,
    job_params: Mapping[str, OutputNamed] = NOTHING,
    source_params: tuple[str, ...] = (),
    model_params: Mapping[str, OutputNamed] = NOTHING,
    keeps: Mapping[str, str] = NOTHING,
    limits: Mapping[str, int | float] = NOTHING,
    max_attempts: int = 3,
    deadline_s: int = 3600,
    rank: int = 100,
) -> _Define:
    """Make the function or class below a task. Its worker is the folder that its file stands in.

    `name` is what clients ask for. `description` is the docstring's first paragraph, if not given. `accepts`
    are the media types of the input; `sniff` tells them from an input's first bytes, and is needed only for
    types that Heavylift does not recognise. `input` is "required" if there is something to accept. Lists show
    tasks of a low `rank` first.
    """
    if sniff is None:
        sniff = sniff_one_of(accepts) if accepts else sniff_nothing
    return _Define(
        name=name,
        title=title or name.replace("-", " ").capitalize(),
        description=description,
        params=params,
        input=input or ("required" if accepts else "none"),
        accepts=accepts,
        sniff=sniff,
        job_params=MappingProxyType(dict(job_params)),
        source_params=source_params,
        model_params=MappingProxyType(dict(model_params)),
        keeps=MappingProxyType(dict(keeps)),
        limits=MappingProxyType(dict(limits)),
        max_attempts=max_attempts,
        deadline_s=deadline_s,
        rank=rank,
    )
