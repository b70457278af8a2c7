import pytest

from hwpred import digest as digest_module
from hwpred.digest import digest


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "training").mkdir()
    (tmp_path / "gp.py").write_text('"""Doc."""\n\n\ndef fit(x):\n    """Doc."""\n    return x + 1  # why\n')
    (tmp_path / "training" / "grid.py").write_text("SIZE = 1\n")
    monkeypatch.setattr(digest_module, "_PACKAGE", tmp_path)
    digest_module._code_of.cache_clear()
    return tmp_path


def edit(file, old, new):
    file.write_text(file.read_text().replace(old, new))
    digest_module._code_of.cache_clear()


def test_code_counts_comments_and_docstrings_do_not(package):
    before = digest("gp.py")
    edit(package / "gp.py", "Doc", "A better text")
    edit(package / "gp.py", "# why", "# because")
    assert digest("gp.py") == before
    edit(package / "gp.py", "x + 1", "x + 2")
    assert digest("gp.py") != before


def test_folder_stands_for_its_modules(package):
    before = digest("training")
    (package / "training" / "splits.py").write_text("A = 1\n")
    assert digest("training") != before


def test_unknown_module_is_named(package):
    with pytest.raises(ValueError, match=r"no module 'svm\.py'"):
        digest("gp.py", "svm.py")
