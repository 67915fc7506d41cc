"""GET /healthz"""

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str = "ok"


@router.get("/healthz", summary="Whether the API answers", response_description="It does")
def healthz() -> Health:
    return Health()
