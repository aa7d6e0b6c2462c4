"""What deploy/ has for Prometheus and Grafana fits what the code tells."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.unit.promql import balanced, labels_in, metrics_in

ROOT = Path(__file__).parents[2]
OPERATING = (ROOT / "docs/operating.md").read_text("utf-8")

BESIDES = {"up": set[str]()}
"""Metrics of Prometheus's own."""

OF_EVERY_SERIES = {"job", "instance", "le"}

DURATION = re.compile(r"\d+[smh]")
PARTS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def families() -> Mapping[str, tuple[set[str], set[str]]]:
    """The labels of each metric that some process tells, and the names of its series."""
    unused = {"database_url": "postgresql+asyncpg://localhost/unused"}
    exchange = Container(settings=Settings().model_copy(update=unused))
    for part in (exchange.request_metrics, exchange.desk_metrics, exchange.gauges, exchange.job_metrics):
        part()
    found = {}
    for collector in list(exchange.registry()._collector_to_names):  # the public collect() has no labels of the unused
        for family in collector.collect():
            series = {family.name + end for end in PARTS[family.type]}
            name = family.name if family.type == "histogram" else series.copy().pop()
            found[name] = set(collector._labelnames), series  # type: ignore[attr-defined]
    return found


def told() -> Mapping[str, set[str]]:
    """The labels of each series."""
    return BESIDES | {name: labels for labels, series in families().values() for name in series}


def strangers(expressions: Iterator[str]) -> set[str]:
    """Metrics in expressions that nobody tells, and labels that none of an expression's metrics has."""
    known = told()
    wrong = set[str]()
    for expression in expressions:
        metrics = metrics_in(expression)
        labels = OF_EVERY_SERIES.union(*(known.get(name, set()) for name in metrics))
        wrong |= (metrics - known.keys()) | (labels_in(expression) - labels)
    return wrong


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))["groups"]
    assert len({group["name"] for group in groups}) == len(groups)
    return [rule for group in groups for rule in group["rules"]]


@pytest.fixture(scope="module")
def panels() -> list[dict[str, Any]]:
    dashboard = json.loads((ROOT / "deploy/grafana/presage.json").read_text("utf-8"))
    assert [variable["name"] for variable in dashboard["templating"]["list"]] == ["datasource"]
    return list(dashboard["panels"])


def targets(panels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (target for panel in panels for target in panel.get("targets", ()))


def test_alerts_are_about_what_is_told(rules: list[dict[str, Any]]) -> None:
    assert strangers(rule["expr"] for rule in rules) == set()
    assert [rule["alert"] for rule in rules if not balanced(rule["expr"])] == []


def test_alerts_are_well_formed(rules: list[dict[str, Any]]) -> None:
    for rule in rules:
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
        assert DURATION.fullmatch(rule.get("for", "1m"))
        assert rule["labels"].keys() == {"severity"}
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary"}
        shown = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert shown <= OF_EVERY_SERIES.union(*(told()[name] for name in metrics_in(rule["expr"])))


def test_every_alert_is_explained(rules: list[dict[str, Any]]) -> None:
    explained = re.findall(r"^\| `(Presage\w+)` \| (\w+) \|", OPERATING, re.MULTILINE)
    assert explained == [(rule["alert"], rule["labels"]["severity"]) for rule in rules]


def test_every_metric_is_documented_with_its_labels() -> None:
    (section,) = re.findall(r"^## Metrics$(.*?)^## ", OPERATING, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| `([a-z_]+)(?:\{([a-z,]+)\})?` \|", section, re.MULTILINE)
    documented = {name: set(labels.split(",")) - {""} for name, labels in rows}
    assert documented == {name: labels for name, (labels, _) in families().items()}


def test_the_dashboard_shows_what_is_told(panels: list[dict[str, Any]]) -> None:
    assert strangers(target["expr"] for target in targets(panels)) == set()
    assert [target["expr"] for target in targets(panels) if not balanced(target["expr"])] == []
    for target in targets(panels):
        shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        known = OF_EVERY_SERIES.union(*(told()[name] for name in metrics_in(target["expr"])))
        assert shown <= known


def test_every_metric_is_shown_or_watched(rules: list[dict[str, Any]], panels: list[dict[str, Any]]) -> None:
    used = set[str]().union(*(metrics_in(each["expr"]) for each in (*rules, *targets(panels))))
    assert [name for name, (_, series) in families().items() if not series & used] == []


def test_panels_stand_beside_each_other(panels: list[dict[str, Any]]) -> None:
    assert len({panel["id"] for panel in panels}) == len(panels)
    for one, other in combinations([panel["gridPos"] for panel in panels], 2):
        apart = (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        )
        assert apart


def test_prometheus_reads_the_processes_that_alerts_name(rules: list[dict[str, Any]]) -> None:
    example = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    jobs = {scraped["job_name"] for scraped in example["scrape_configs"]}
    assert {job for rule in rules for job in re.findall(r'job="([^"]+)"', rule["expr"])} == jobs
    assert [(ROOT / "deploy/prometheus" / name).is_file() for name in example["rule_files"]] == [True]


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("sum(rate(trades[5m])) > 1", {"trades"}),
        ("jobs_waiting_count > 1 and job_oldest_age_seconds > 1", {"job_oldest_age_seconds"}),
        ('sum by (codes) (trade_refusals_total{code="A (b)"})', {"codes"}),
        ('desk_waiting_orders{queue="trades"} unless on (instance) up == 1', {"queue"}),
        ("histogram_quantile(0.9, sum by (le, route) (rate(desk_wait_seconds_bucket[$__rate_interval])))", {"route"}),
    ],
)
def test_a_stranger_would_be_seen(expression: str, wrong: set[str]) -> None:
    assert strangers(iter([expression])) == wrong


@pytest.mark.parametrize("expression", ["sum(up", "sum(up))", "up{job=1]", "sum by (job} (up)"])
def test_an_open_bracket_would_be_seen(expression: str) -> None:
    assert not balanced(expression)
