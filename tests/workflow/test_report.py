"""The report of a finished study."""


def test_the_report_holds_the_figures(project):
    project.run("--report", "report.html")
    report = (project.study / "report.html").read_text(encoding="utf-8")
    assert report.count(".png") > 10
