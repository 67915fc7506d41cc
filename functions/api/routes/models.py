"""/v1/models: models that are kept beyond retention, under a name, with versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api.auth import AuthenticatedCaller, RateLimitedCaller
from api.dependencies import ApiContext, ApiContextDep
from api.http.json_body import json_body, json_request_body
from api.http.path_parameters import path_of
from api.openapi.responses import error_responses
from api.schemas.models import KeepJob, ModelDetail, ModelList, ModelSummary, ModelVersion
from heavylift.jobs.kept_models import MODEL_NAME, KeptModel, ModelName
from heavylift.service.models import delete_model, find_version, find_versions, keep_job, list_models
from heavylift.service.times import to_datetime

router = APIRouter(prefix="/v1/models", tags=["models"])

URL_TTL_S = 3600

Name = Annotated[str, path_of(MODEL_NAME, "The model's name", "churn")]
Version = Annotated[int, Path(ge=1, lt=10**9, description="The version's number", examples=[3])]


@router.get(
    "", summary="Your kept models", response_description="All names", responses=error_responses(401, 403)
)
def list_kept_models(context: ApiContextDep, caller: AuthenticatedCaller) -> ModelList:
    """The names, in order, each with its newest number."""
    return ModelList(
        items=[ModelSummary(**_summary(each)) for each in list_models(context.system, caller.tenant)]
    )


@router.get(
    "/{name}",
    summary="A kept model, with its versions",
    response_description="The model",
    responses=error_responses(401, 403, 404),
)
def get_kept_model(name: Name, context: ApiContextDep, caller: AuthenticatedCaller) -> ModelDetail:
    """The newest version comes first."""
    found = find_versions(context.system, caller.tenant, name)
    return ModelDetail(
        name=name,
        latest=found[0].version,
        count=len(found),
        updated_at=to_datetime(found[0].created_at),
        versions=[_view(context, each) for each in found],
    )


@router.get(
    "/{name}/versions/{version}",
    summary="A version of a kept model",
    response_description="The version",
    responses=error_responses(401, 403, 404, 422),
)
def get_model_version(
    name: Name, version: Version, context: ApiContextDep, caller: AuthenticatedCaller
) -> ModelVersion:
    """Its `url` is the model as a file."""
    return _view(context, find_version(context.system, caller.tenant, name, version))


@router.post(
    "/{name}/versions",
    status_code=201,
    summary="Keep the model of a job",
    response_description="The new version",
    responses={
        200: {"description": "The job is kept already, as this version", "model": ModelVersion},
        **error_responses(401, 403, 404, 409, 410, 413, 415, 422, 429),
    },
    openapi_extra=json_request_body(KeepJob),
)
def keep_model(
    name: Annotated[str, Path(description="The model's name", examples=["churn"], pattern=f"^{MODEL_NAME}$")],
    context: ApiContextDep,
    caller: RateLimitedCaller,
    wanted: Annotated[KeepJob, Depends(json_body(KeepJob))],
    response: Response,
) -> ModelVersion:
    """The job is DONE, and of a task that makes a model. It is kept once, under one name."""
    model, new = keep_job(context.system, caller.tenant, wanted.job_id, name)
    response.status_code = 201 if new else 200
    return _view(context, model)


@router.delete(
    "/{name}/versions/{version}",
    status_code=204,
    summary="Delete a version of a kept model",
    response_description="The version is deleted",
    responses=error_responses(401, 403, 404, 422),
)
def delete_model_version(
    name: Name, version: Version, context: ApiContextDep, caller: AuthenticatedCaller
) -> None:
    """Its number is not given again. A name without versions is no longer listed."""
    delete_model(context.system, caller.tenant, name, version)


def _summary(known: ModelName) -> dict[str, object]:
    return {
        "name": known.name,
        "latest": known.latest,
        "count": known.versions,
        "updated_at": to_datetime(known.updated_at),
    }


def _view(context: ApiContext, model: KeptModel) -> ModelVersion:
    objects, now = context.system.objects, context.system.clock.now()
    ends_at = objects.signed_until(now + URL_TTL_S)
    url = objects.presign_get(
        model.key,
        filename=f"{model.name}-{model.version}-{model.output}",
        media_type=model.media_type,
        seconds=max(1, int(ends_at - now)),
    )
    return ModelVersion(
        name=model.name,
        version=model.version,
        reference=model.reference,
        task=model.task,
        job_id=model.job_id,
        bytes=model.bytes,
        created_at=to_datetime(model.created_at),
        result=model.result,
        url=url,
    )
