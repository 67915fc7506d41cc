"""The calls of kept models."""

from __future__ import annotations

from heavylift_client.calls.base import Calls
from heavylift_client.transport import send_request
from heavylift_client.types import Model, ModelVersion


class ModelCalls(Calls):
    def models(self) -> list[Model]:
        """Return the names under which models are kept."""
        return list(self._json("GET", "/v1/models")["items"])

    def model_versions(self, name: str) -> list[ModelVersion]:
        """Return the versions of a kept model, newest first."""
        return list(self._json("GET", f"/v1/models/{name}")["versions"])

    def keep(self, job_id: str, name: str) -> ModelVersion:
        """Keep the model of a DONE job under a name, and return the version. A job is kept once."""
        kept: ModelVersion = self._json("POST", f"/v1/models/{name}/versions", json={"job_id": job_id})
        return kept

    def delete_model(self, name: str, version: int) -> None:
        """Delete a version of a kept model."""
        send_request(self._http, "DELETE", f"/v1/models/{name}/versions/{version}")
