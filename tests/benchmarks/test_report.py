"""The frame of the benchmarks, shown with real commands that answer well and badly."""

import json
import platform
import sys
from datetime import UTC, datetime

import pytest

from benchmarks.report import Result, WorkloadError, document, measure, parse, table, workloads

GOOD = {
    "workload": "adding",
    "peer": {"name": "sum", "version": "1.0"},
    "metrics": {"ours_us": 2, "peer_us": 4.0, "cost_ratio": 0.5},
}


def saying(text, status=0):
    return [sys.executable, "-c", f"import sys; print({text!r}); sys.exit({status})"]


def test_a_workload_that_answers_well_is_measured():
    result = measure(saying(json.dumps(GOOD)))
    assert result == Result(
        workload="adding",
        peer_name="sum",
        peer_version="1.0",
        metrics={"ours_us": 2.0, "peer_us": 4.0, "cost_ratio": 0.5},
    )


def test_a_workload_that_fails_is_no_measurement():
    with pytest.raises(WorkloadError, match="ended with 3"):
        measure(saying(json.dumps(GOOD), status=3))


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("progress 10 %\n{}", "not one JSON object"),
        ("[]", "the answer is not an object"),
        (json.dumps({**GOOD, "peer": "sum 1.0"}), "peer is not an object"),
        (json.dumps({**GOOD, "peer": {"name": "sum"}}), "peer.version"),
        (json.dumps({**GOOD, "workload": ""}), "workload"),
        (json.dumps({**GOOD, "metrics": {}}), "metrics is empty"),
        (json.dumps({**GOOD, "metrics": {"a": {"b": 1}}}), "metrics.a"),
        (json.dumps({**GOOD, "metrics": {"a": True}}), "metrics.a"),
        (json.dumps({**GOOD, "metrics": {"a": float("nan")}}), "metrics.a"),
    ],
)
def test_an_answer_of_another_shape_is_refused(answer, complaint):
    with pytest.raises(WorkloadError, match=complaint):
        parse(answer)


def test_the_table_names_each_workload_once_and_stresses_ratios():
    rows = table([parse(json.dumps(GOOD))]).splitlines()
    assert rows[2] == "| adding | sum 1.0 | ours_us | 2 |"
    assert rows[4] == "|  |  | cost_ratio | **0.5** |"


def test_the_page_says_when_and_where_but_names_no_host():
    page = document([parse(json.dumps(GOOD))], datetime(2026, 3, 1, tzinfo=UTC))
    assert "2026-03-01" in page
    assert f"Python {platform.python_version()}" in page
    assert platform.node() not in page


def test_every_module_besides_the_frame_is_a_workload(tmp_path):
    for name in ("__init__", "report", "relay", "imaging"):
        (tmp_path / f"{name}.py").touch()
    (tmp_path / "RESULTS.md").touch()
    assert workloads(tmp_path) == ["imaging", "relay"]
