"""One device in a declared search space: from the file and a CSV to a device that carries both."""

import pandas as pd
import pytest
from declarations import CHAIN, measurements_of, space_of

import hwpred
from hwpred.errors import InputError


@pytest.fixture
def session(tmp_path, monkeypatch):
    """A folder with a declaration and a file of measurements, as a person has them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chain.yaml").write_text(CHAIN)
    measurements_of(space_of(CHAIN)).to_csv("mine.csv", index=False)
    return tmp_path


@pytest.mark.parametrize("predictor", ["auto", "ridge_reg"])
def test_a_device_carries_its_declaration(session, predictor):
    device = hwpred.fit("mine.csv", space="chain.yaml", metric="latency", unit="ms", predictor=predictor)
    assert device.history[0]["tau"] > 0.8
    device.save("mine.hwpred")
    before = device.predict("all")
    assert len(before) == 81
    assert before["measured"].sum() == 41
    (session / "chain.yaml").unlink()
    again = hwpred.load("mine.hwpred")
    assert again.space == device.space
    pd.testing.assert_frame_equal(again.predict("all"), before)
    assert (
        again.predict(["16/conv/pool/skip"])["value"].item()
        == before["value"][before["architecture"] == "16/conv/pool/skip"].item()
    )
    assert len(again.suggest(3)) == 3
    costs = again.explain()
    assert set(costs["operation"]) == {"16", "32", "64", "conv", "pool", "skip"}
    assert set(costs["position"]) == {"width", "op_1", "op_2", "op_3"}
    more = pd.DataFrame({"architecture": ["16/conv/conv/pool"], "value": [4.0]})
    assert again.append(more).history[-1]["rows"] in (41, 42)


def test_a_plan_names_the_choices_and_the_command_takes_the_file(session, capsys):
    from hwpred.cli import main

    table = hwpred.plan("chain.yaml", 12)
    assert table.columns.tolist() == ["architecture", "width", "op_1", "op_2", "op_3", "value"]
    assert (
        main(
            ["fit", "mine.csv", "--space", "chain.yaml", "--metric", "latency", "--unit", "ms", "--output", "d.hwpred"]
        )
        == 0
    )
    assert main(["predict", "d.hwpred", "--output", "p.csv"]) == 0
    assert len(pd.read_csv("p.csv")) == 81
    (session / "chain.yaml").write_text(CHAIN.replace("conv, pool", "conv, conv"))
    assert main(["plan", "--space", "chain.yaml"]) == 1
    assert "chain.yaml: positions.layer.positions.op.words holds 'conv' twice; keep one" in capsys.readouterr().err


def test_a_wrong_row_of_measurements_is_one_sentence(session):
    text = (session / "mine.csv").read_text().replace("16,conv,conv,conv", "16,conv,conv,convv", 1)
    (session / "mine.csv").write_text(text)
    words = r"mine.csv, row 1 \(line 2\): '16/conv/conv/convv' is no architecture of chain: op_3 is 'convv'; use one"
    with pytest.raises(InputError, match=words):
        hwpred.fit("mine.csv", space="chain.yaml", metric="latency", unit="ms")
    with pytest.raises(InputError, match=r"unknown space 'chain'; use one of nasbench201.*, or the YAML file"):
        hwpred.fit("mine.csv", space="chain", metric="latency", unit="ms")
