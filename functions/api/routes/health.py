"""GET /healthz: whether the API is up."""

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str = "ok"


@router.get("/healthz", summary="Whether the API answers", response_description="The API answers")
def healthz() -> Health:
    return Health()
