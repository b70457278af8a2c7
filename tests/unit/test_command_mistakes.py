"""The command ``hwpred`` refuses what it cannot use before it computes, and writes where it was told to."""

import json
import os
from pathlib import Path

import pytest

import hwpred
from hwpred import cli

NETWORKS = {"none": 1.0, "skip_connect": 2.0, "avg_pool_3x3": 3.0, "nor_conv_1x1": 4.0, "nor_conv_3x3": 5.0}
FACTS = ("--space", "nasbench201", "--metric", "latency", "--unit", "ms")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a device, what was measured, and accuracies."""
    folder = tmp_path_factory.mktemp("device")
    texts = {f"|{one}~0|+|none~0|none~1|+|{other}~0|none~1|none~2|": NETWORKS[one] + NETWORKS[other]
             for one in NETWORKS for other in NETWORKS}  # fmt: skip
    measured = "".join(f"{text},{value}\n" for text, value in texts.items())
    (folder / "mine.csv").write_text(f"architecture,value\n{measured}", encoding="utf-8")
    (folder / "known.csv").write_text(f"architecture,accuracy\n{measured}", encoding="utf-8")
    (folder / "half.csv").write_text(f"architecture;value\n{next(iter(texts))};\n{[*texts][1]};2,5\n", encoding="utf-8")
    (folder / "models").mkdir()
    (folder / "mine.yaml").write_text("space: mine\npositions: {p: {words: [a, b]}}\n", encoding="utf-8")
    (folder / "link").symlink_to("d.hwpred")
    os.mkfifo(folder / "pipe")
    hwpred.fit(folder / "mine.csv", "nasbench201", "latency", "ms", predictor="ridge_reg").save(folder / "d.hwpred")
    return folder


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["predict", "none.hwpred"], "none.hwpred does not exist; correct DEVICE"),
        (["predict", "models"], "models is a folder; DEVICE is a file"),
        (["predict", "d.hwpred", "--architectures", "none.csv"], "none.csv does not exist; correct --architectures"),
        (["predict", "d.hwpred", "--architectures", "n" * 300], "does not exist; correct --architectures"),
        (["predict", "d.hwpred", "--dimension", "batch=1"], "--dimension is a dimension of ONNX files"),
        (["predict", "d.hwpred", "--output", "models"], "models is a folder; let --output name a file"),
        (["predict", "d.hwpred", "--output", "."], ". is a folder; let --output name a file"),
        (["predict", "d.hwpred", "--output", "mine.csv/p.csv"], "mine.csv is no folder; correct --output"),
        (["predict", "d.hwpred", "--output", "./d.hwpred"], "d.hwpred is also DEVICE, and would be replaced"),
        (["predict", "d.hwpred", "--output", "link"], "link is also DEVICE, and would be replaced"),
        (["select", "d.hwpred", "--accuracy", "known.csv", "--output", "known.csv"], "known.csv is also --accuracy"),
        (["report", "d.hwpred", "--accuracy", "known.csv", "--output", "known.csv"], "known.csv is also --accuracy"),
        (["fit", "mine.csv", *FACTS, "--output", "mine.csv"], "mine.csv is also FILE, and would be replaced"),
        (["fit", "mine.csv", "--add-to", "d.hwpred", "--output", "mine.csv"], "mine.csv is also FILE"),
        (["plan", "--space", "mine.yaml", "--output", "mine.yaml"], "mine.yaml is also --space, and would be replaced"),
        (
            ["plan", "--space", "nasbench201", "--output", "pipe"],
            "pipe is a device or a pipe; let --output name a file",
        ),
        (["fit", "mine.csv", *FACTS, "--output", "/dev/null"], "/dev/null is a device or a pipe"),
        (["time", "models", "--output", "t.json"], "output is t.json, where it would be told how the times came about"),
        (["select", "d.hwpred", "--accuracy", "none.csv"], "none.csv does not exist; correct --accuracy"),
        (["suggest", "d.hwpred", "--quality", "perplexity"], "--quality says what the file of --accuracy holds"),
        (["report", "d.hwpred", "--quality-direction", "larger"], "--quality says what the file of --accuracy holds"),
        (["explain", "d.hwpred", "--output", "."], ". is a folder"),
        (["plan", "--space", "nasbench201", "--output", "mine.csv"], "mine.csv has 25 measured values, which an empty"),
        (["plan", "--space", "nasbench201", "--output", "half.csv"], "half.csv has 1 measured value, which an empty"),
        (["advise", "none.csv", *FACTS], "none.csv does not exist; correct FILE"),
        (["fit", "none.csv", *FACTS, "--output", "e.hwpred"], "none.csv does not exist; correct FILE"),
        (["fit", "mine.csv", "--add-to", "none.hwpred"], "none.hwpred does not exist; correct --add-to"),
        (["fit", "mine.csv", "--add-to", "d.hwpred", "--space", "fbnet"], "--space belongs to a new device"),
        (["fit", "mine.csv", "--add-to", "d.hwpred", "--predictor", "rf"], "--predictor belongs to a new device"),
        (["time", "models", "--names", "none.txt", "--output", "t.csv"], "none.txt does not exist; correct --names"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(made, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(made)
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    assert cli.main(arguments) == 1
    told = capsys.readouterr()
    assert words in told.err
    assert (told.out, len(told.err.strip().splitlines())) == ("", 1)
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


def test_suggestions_replace_what_was_learnt_but_nothing_else(made, monkeypatch, capsys):
    monkeypatch.chdir(made)
    suggest = ["suggest", "d.hwpred", "2", "--output", "next.csv"]
    assert cli.main(suggest) == 0
    rows = Path("next.csv").read_text(encoding="utf-8").splitlines()
    filled = "\n".join([rows[0], *(row.replace(",", ",1.5", 1) for row in rows[1:])]) + "\n"
    Path("next.csv").write_text(filled, encoding="utf-8")
    capsys.readouterr()
    assert cli.main(suggest) == 1
    assert "next.csv has 2 measured values, which an empty column would replace" in capsys.readouterr().err
    assert Path("next.csv").read_text(encoding="utf-8") == filled
    assert cli.main(["fit", "next.csv", "--add-to", "d.hwpred", "--output", "grown.hwpred"]) == 0
    assert cli.main(["suggest", "grown.hwpred", "2", "--output", "next.csv"]) == 0
    Path("next.csv").unlink()
    Path("grown.hwpred").unlink()


def test_a_filled_in_file_with_a_mistake_is_not_replaced(tmp_path, capsys):
    torn = "architecture,value\n|none~0|,1.5\n|none~1|,2.5,3\n"
    (tmp_path / "plan.csv").write_text(torn, encoding="utf-8")
    assert cli.main(["plan", "--space", "nasbench201", "--number", "5", "--output", str(tmp_path / "plan.csv")]) == 1
    assert "row 2 (line 3) has 3 cells" in (told := capsys.readouterr().err)
    assert "until then it is not replaced" in told
    assert (tmp_path / "plan.csv").read_text(encoding="utf-8") == torn


def test_a_plan_that_nobody_has_filled_in_may_be_written_again(tmp_path):
    for before in ("", "architecture,value\n|none~0|,\n", "no table\n", '{"value": 1}\n'):
        (tmp_path / "plan.csv").write_text(before, encoding="utf-8")
        assert (
            cli.main(["plan", "--space", "nasbench201", "--number", "5", "--output", str(tmp_path / "plan.csv")]) == 0
        )
        assert len((tmp_path / "plan.csv").read_text(encoding="utf-8").splitlines()) == 6


@pytest.mark.parametrize(
    ("name", "text", "encoding"),
    [
        ("semicolons.csv", "note;Architecture\r\nGröße;{one}\r\n;{other}\r\n", "utf-8-sig"),
        ("tabs.tsv", "architecture\tvalue\n{one}\t1\n{other}\t\n", "utf-8"),
        ("other.csv", "note,architecture\nGröße,{one}\n,{other}\n", "latin-1"),
        ("wide.csv", "architecture\n{one}\n{other}\n", "utf-16"),
        ("positions.csv", "p5,p4,p3,p2,p1,p0\n0,0,0,0,0,3\n0,0,0,0,0,1\n", "utf-8"),
    ],
)
def test_architectures_to_predict_are_read_as_measurements_are(
    made, monkeypatch, capsys, tmp_path, name, text, encoding
):
    monkeypatch.chdir(made)
    one, other = (f"|{kind}~0|+|none~0|none~1|+|none~0|none~1|none~2|" for kind in ("nor_conv_3x3", "skip_connect"))
    (tmp_path / name).write_bytes(text.format(one=one, other=other).encode(encoding))
    assert cli.main(["predict", "d.hwpred", "--architectures", str(tmp_path / name)]) == 0
    rows = capsys.readouterr().out.splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == [one, other]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("note,architecture\nx\n", "row 1 (line 2) has 1 cells separated by commas, the header has 2"),
        ("architecture,note\n,x\n", "row 1 (line 2): '' is no architecture of nasbench201"),
        ("architecture\n", "has no rows below its header"),
        ("cell\n1\n", "is no header; the first line must name the columns"),
    ],
)
def test_mistakes_in_a_file_of_architectures(made, monkeypatch, capsys, tmp_path, text, words):
    monkeypatch.chdir(made)
    (tmp_path / "them.csv").write_text(text, encoding="utf-8")
    assert cli.main(["predict", "d.hwpred", "--architectures", str(tmp_path / "them.csv")]) == 1
    told = capsys.readouterr()
    assert words in told.err
    assert (told.out, len(told.err.strip().splitlines())) == ("", 1)


@pytest.mark.parametrize(
    ("denied", "words"),
    [
        ("d.hwpred", "d.hwpred is protected against writing; let --output name another file"),
        (".", "d.hwpred cannot be written, since you may not write into "),
    ],
)
def test_a_place_that_may_not_be_written_is_told_before_the_fit(made, monkeypatch, capsys, denied, words):
    monkeypatch.chdir(made)
    # An administrator, as tests in a container are, may write everywhere.
    place = (made / denied).resolve()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).resolve() != place)
    monkeypatch.setattr(hwpred.Device, "append", lambda *_, **__: pytest.fail("it computes"))
    assert cli.main(["fit", "mine.csv", "--add-to", "d.hwpred"]) == 1
    assert words in capsys.readouterr().err


def test_rows_that_another_fit_adds_meanwhile_are_not_lost(made, monkeypatch, capsys):
    monkeypatch.chdir(made)
    first = hwpred.load("d.hwpred")
    first.save("grows.hwpred")
    append = hwpred.Device.append

    def meanwhile(device, *arguments, **more):
        first.save("grows.hwpred")
        return append(device, *arguments, **more)

    with monkeypatch.context() as patched:
        patched.setattr(hwpred.Device, "append", meanwhile)
        assert cli.main(["fit", "mine.csv", "--add-to", "grows.hwpred"]) == 1
        assert "grows.hwpred has changed meanwhile, perhaps by another hwpred fit" in capsys.readouterr().err
        assert len(hwpred.load("grows.hwpred").history) == 1
        # Into another file nothing is lost.
        assert cli.main(["fit", "mine.csv", "--add-to", "grows.hwpred", "--output", "more.hwpred"]) == 0
    assert cli.main(["fit", "mine.csv", "--add-to", "grows.hwpred"]) == 0
    assert len(hwpred.load("grows.hwpred").history) == 2


def test_a_link_to_a_device_stays_one(made, monkeypatch):
    monkeypatch.chdir(made)
    hwpred.load("d.hwpred").save("kept.hwpred")
    Path("here.hwpred").symlink_to("kept.hwpred")
    before = Path("kept.hwpred").stat().st_ino
    hwpred.load("here.hwpred").save("here.hwpred")
    assert Path("here.hwpred").is_symlink()
    assert Path("kept.hwpred").stat().st_ino != before
    with pytest.raises(hwpred.InputError, match="pipe is no regular file, so that none can take its place"):
        hwpred.load("d.hwpred").save("pipe")
    with pytest.raises(OSError, match="File name too long") as told:
        hwpred.load("d.hwpred").save("n" * 250)
    assert told.value.filename == "n" * 250


@pytest.mark.parametrize("seconds", ["-1", "0", "nan", "inf", "soon"])
def test_a_time_limit_is_a_number_of_seconds(capsys, seconds):
    with pytest.raises(SystemExit):
        cli.main(["time", "models", "--timeout", seconds, "--output", "t.csv"])
    assert f"'{seconds}' is no number of seconds above 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["select", "d.hwpred", "--accuracy", "known.csv", "--limit", "4"],
        ["advise", "mine.csv", *FACTS, "--predictors", "ridge_reg"],
        ["suggest", "d.hwpred", "2"],
    ],
)
def test_json_goes_where_output_says(made, monkeypatch, capsys, tmp_path, arguments):
    monkeypatch.chdir(made)
    file = tmp_path / "found.json"
    assert cli.main([*arguments, "--json", "--output", str(file), "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(file.read_text(encoding="utf-8"))


def test_the_help_fits_a_terminal_of_eighty_columns(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
