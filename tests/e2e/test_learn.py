"""Training, predicting and plotting through HTTP: each job uses the output of the one before."""

from __future__ import annotations

import json

from sklearn.datasets import load_diabetes

from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import make_text_pdf

CSV: str = load_diabetes(as_frame=True, scaled=False).frame.to_csv(index=False)


def submit(api: Api, task: str, **body: object) -> dict[str, object]:
    answer = api.post("/v1/jobs", json={"task": task, **body})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def test_a_model_is_trained_and_predicts_and_a_table_is_drawn(stack: Stack) -> None:
    api = Api(stack.api_url)
    training = api.submit_job(CSV.encode(), "train-model", params={"target": "target", "model": "linear"})
    row = dict(zip(CSV.splitlines()[0].split(","), map(float, CSV.splitlines()[1].split(",")), strict=True))
    waiting = {"model_job": training["id"], "rows": [row]}
    early = api.post("/v1/jobs", json={"task": "predict", "params": waiting})
    drawing = api.submit_job(
        CSV.encode(), "plot", params={"kind": "scatter", "x": "bmi", "columns": ["target"]}
    )

    trained = api.wait_until_finished(training["id"])
    assert trained["status"] == "DONE"
    assert trained["progress"] == {"done": 6, "total": 6, "text": None}
    assert trained["result"]["test"]["rmse"] < trained["result"]["baseline"]["rmse"]
    assert early.status_code == 202, early.text
    assert api.wait_until_finished(early.json()["id"])["status"] == "DONE"  # it has waited for the model

    params = {"model_job": training["id"], "rows": [row, row | {"bmi": None}]}
    predicted = api.wait_until_finished(str(submit(api, "predict", params=params)["id"]))
    assert predicted["status"] == "DONE"
    [output] = api.outputs(predicted["id"])
    predictions = json.loads(api.fetch(output["url"]))["predictions"]
    assert predictions == predicted["result"]["predictions"]
    assert all(50 < each["prediction"] < 350 for each in predictions)

    drawn = api.wait_until_finished(drawing["id"])
    assert drawn["status"] == "DONE"
    outputs = {output["name"]: output for output in api.outputs(drawing["id"])}
    assert set(outputs) == {"plot.png", "plot.svg", "plot.html"}
    assert api.fetch(outputs["plot.png"]["url"]).startswith(b"\x89PNG")

    # Faults are named, at the submission or in the failed job.
    other = api.post(
        "/v1/jobs", json={"task": "predict", "params": {"model_job": drawing["id"], "rows": [row]}}
    )
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/params/model_job")
    params = {"model_job": training["id"], "rows": [{"bmi": 1}]}
    unfit = api.wait_until_finished(str(submit(api, "predict", params=params)["id"]))
    assert (unfit["status"], unfit["error"]["type"]) == ("FAILED", "/problems/column-missing")
    assert api.submit(make_text_pdf(1), "train-model", params={"target": "target"}).status_code == 415
