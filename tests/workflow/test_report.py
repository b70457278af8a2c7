"""The report of a finished study."""

import json
import re

from hwpred.drawing.registry import CATEGORIES


def test_the_report_holds_the_default_figures_in_the_order_of_a_reader(project):
    project.run("--report", "report.html")
    report = (project.study / "report.html").read_text(encoding="utf-8")
    categories = json.loads(re.search(r"var categories = (\{.*?\});\s*</script>", report, re.DOTALL)[1])
    assert sorted(categories) == [category for category in CATEGORIES if category != "6 Details"]
    shown = {file.rsplit("/", 1)[1] for groups in categories.values() for files in groups.values() for file in files}
    assert {"answer.html", "space_curves_nasbench201.png", "cost_front.png", "limits.png", "lookup.html"} <= shown
    assert not {"targets.png", "fit_time.png"} & shown
