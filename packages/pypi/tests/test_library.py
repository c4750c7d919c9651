"""The library says what the program says, and its errors say where and what to do."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path

import pytest

import landfall

EXAMPLES = Path(os.environ["LANDFALL_EXAMPLES"])
PROGRAM = os.environ["LANDFALL_PROGRAM"]
WEBSITE = EXAMPLES / "website.toml"
VOLUME = "workload.backend.traffic.volume"


def printed(*arguments: str) -> str:
    run = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=True)
    return run.stdout


@pytest.mark.parametrize("name", ["website", "nightly-report", "microservices"])
def test_a_decision_is_that_of_the_program(name: str) -> None:
    path = EXAMPLES / f"{name}.toml"
    asked = ["--scenarios", "50", "--format", "json", "--profile", "hardened", "--operations", "off"]
    decision = landfall.decide(path, scenarios=50, profile="hardened", people=False)
    wanted = json.loads(printed("decide", str(path), *asked))
    assert decision.to_dict() == wanted
    for one, document in zip(decision.workloads, wanted["workloads"]):
        assert one.recommended == document["recommended"]
        assert [option.platform for option in one.options] == [
            option["platform"] for option in document["options"]
        ]


def test_it_is_printed_and_explained_as_by_the_program() -> None:
    decision = landfall.decide(WEBSITE, scenarios=50)
    assert str(decision) == printed("decide", str(WEBSITE), "--scenarios", "50")
    why = printed("explain", str(WEBSITE), "--scenarios", "50", "--why-not", "fargate")
    assert decision.explain(why_not="fargate") == why
    assert "# Where Recipe website should run on AWS" in decision.to_markdown()
    assert decision.to_html().startswith("<!DOCTYPE html>")
    assert decision._repr_html_().count("<iframe") == 1


def test_a_path_a_text_and_a_dictionary_are_the_same_system() -> None:
    tomllib = pytest.importorskip("tomllib")
    text = WEBSITE.read_text()
    found = [landfall.decide(one, scenarios=0) for one in (WEBSITE, text, tomllib.loads(text))]
    assert found[0].to_json() == found[1].to_json() == found[2].to_json()


def test_changes_are_those_of_the_command_line() -> None:
    wanted = printed(
        "decide", str(WEBSITE), "--scenarios", "0", "--format", "json",
        "--set", f"{VOLUME}=30M/month", "--set", "workload.backend.needs.gpu=",
    )
    changed = {VOLUME: "30M/month", "workload.backend.needs.gpu": None}
    found = landfall.decide(WEBSITE, scenarios=0, set=changed)
    assert found.to_dict() == json.loads(wanted)


def test_bills_and_simulations_are_those_of_the_program() -> None:
    usage = EXAMPLES / "usage" / "lambda.toml"
    assert landfall.bill(usage) == json.loads(printed("bill", str(usage), "--format", "json"))
    month = landfall.simulate(WEBSITE, "lambda", requests=20_000)
    assert month["platform"] == "lambda"
    assert month["served"] > 0


def test_what_is_imported_can_be_decided(tmp_path: Path) -> None:
    compose = tmp_path / "compose.yaml"
    compose.write_text('services:\n  api:\n    image: example/api:1\n    ports: ["80:8080"]\n')
    text = landfall.import_(compose, name="Shop")
    decision = landfall.decide(text, scenarios=20)
    assert decision.name == "Shop"
    assert decision["api"].recommended


@pytest.mark.parametrize(
    ("text", "line", "said", "hint"),
    [
        ("schema = 1\nname = 'x'\n[[workload]]\nid = 'a'\ntriger = 'http'\n", 5, "triger", "trigger"),
        ("schema = 1\nname = \n", 2, "", ""),
        ("schema = 1\nname = 'x'\nregion = 'nowhere-1'\n[[workload]]\nid = 'a'\n", 3, "region", "eu-west-1"),
    ],
)
def test_an_error_has_its_line_and_a_hint(text: str, line: int, said: str, hint: str) -> None:
    with pytest.raises(landfall.InputError) as caught:
        landfall.decide(text)
    assert caught.value.line == line
    assert said in caught.value.message
    assert hint in (caught.value.hint or "")
    assert f"workload.toml:{line}:" in str(caught.value)


def test_what_is_no_system_is_refused() -> None:
    for wrong in ("nowhere.toml", {"schema": 1, "name": None}, {"schema": object()}, {}):
        with pytest.raises(landfall.InputError) as caught:
            landfall.decide(wrong)
        assert caught.value.hint
    for options in ({"profile": "hard"}, {"as_of": "today"}, {"region": "x"}, {"framework": "x"},
                    {"scenarios": 10**9}):
        with pytest.raises(landfall.InputError):
            landfall.decide(WEBSITE, **options)
    with pytest.raises(landfall.InputError):
        landfall.decide(EXAMPLES / "startup.toml", scenarios=0).recommended
    with pytest.raises(KeyError):
        landfall.decide(WEBSITE, scenarios=0)["nothing"]


def test_recorded_traffic_is_read_beside_the_file(tmp_path: Path) -> None:
    rows = "".join(f"{minute * 60},0.2\n" for minute in range(120))
    (tmp_path / "trace.csv").write_text("timestamp,duration\n" + rows)
    text = 'schema = 1\nname = "x"\n[[workload]]\nid = "a"\ntrigger = "http"\n[workload.traffic]\ntrace = "trace.csv"\n'
    path = tmp_path / "system.toml"
    path.write_text(text)
    asked = ["--scenarios", "0", "--format", "json"]
    wanted = json.loads(printed("decide", str(path), *asked))
    assert landfall.decide(path, scenarios=0).to_dict() == wanted
    with pytest.raises(landfall.InputError):
        landfall.decide(text)


def test_a_sweep_is_a_table() -> None:
    volumes = ["1M/month", "300M/month"]
    seeds = [2, 20]
    table = landfall.sweep(WEBSITE, {VOLUME: volumes, "team.engineers": seeds}, scenarios=20)
    assert len(table) == 4
    assert table.columns[VOLUME] == [volumes[0], volumes[0], volumes[1], volumes[1]]
    alone = landfall.decide(WEBSITE, scenarios=20, set={VOLUME: "300M/month", "team.engineers": 20})
    last = list(table.rows())[-1]
    assert last["recommended"] == alone.recommended
    assert last["expected"] == alone.options[0].expected
    frame = table.to_pandas()
    assert list(frame.columns) == list(table.columns)
    assert table.to_polars().height == 4


def test_the_interpreter_goes_on_while_something_is_decided() -> None:
    counted = 0
    is_done = threading.Event()

    def decide() -> None:
        landfall.decide(EXAMPLES / "startup.toml", scenarios=200)
        is_done.set()

    thread = threading.Thread(target=decide)
    thread.start()
    while not is_done.wait(0.001):
        counted += 1
    thread.join()
    assert counted > 10
