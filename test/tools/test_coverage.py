"""tools/coverage holds what was counted against its table."""

import configparser
import functools
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BRANCHES = 20


@functools.cache
def limited():
    """The files whose branches must all be reached."""
    config = configparser.ConfigParser(allow_no_value=True, delimiters=("=",), interpolation=None)
    config.optionxform = str
    config.read(ROOT / "tools/coverage.cfg")
    return {path for name in config.sections() if name not in ("limits", "uncounted") for path in config[name]}


def counted(reached):
    """gcovr's JSON of a tree in which `reached(path)` of each file's branches were reached."""
    files = []
    for path in sorted((ROOT / "src").rglob("*.c")):
        name = str(path.relative_to(ROOT))
        counts = [int(i < reached(name)) for i in range(BRANCHES)]
        files.append({"file": name, "lines": [
            {"line_number": 1, "count": 1, "branches": [{"count": count} for count in counts]},
            {"line_number": 2, "count": 0, "branches": [], "gcovr/noncode": True}]})
    return {"files": files}


def judge(tmp_path, counts):
    (tmp_path / "coverage.json").write_text(json.dumps(counts))
    done = subprocess.run([ROOT / "tools/coverage", tmp_path / "coverage.json"], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_the_files_of_the_table_are_there():
    assert len(limited()) > 10
    assert all((ROOT / path).exists() for path in limited())


def test_enough_is_enough(tmp_path):
    code, said = judge(tmp_path, counted(lambda path: BRANCHES if path in limited() else 17))
    assert (code, "NOT MET" in said) == (0, False), said


def test_too_little_of_everything_is_noticed(tmp_path):
    code, said = judge(tmp_path, counted(lambda path: BRANCHES if path in limited() else 10))
    assert code == 1 and said.count("NOT MET") == 1, said


def test_one_branch_of_the_paths_is_noticed_and_named(tmp_path):
    code, said = judge(tmp_path, counted(
        lambda path: BRANCHES - (path == "src/core/writer.c") if path in limited() else BRANCHES))
    assert code == 1 and said.count("NOT MET") == 1, said
    assert "src/core/writer.c: 19 of 20\n      1 1 of 20: " in said


def test_a_file_that_was_not_counted_is_noticed(tmp_path):
    counts = counted(lambda path: BRANCHES)
    counts["files"] = [file for file in counts["files"] if file["file"] != "src/core/writer.c"]
    code, said = judge(tmp_path, counts)
    assert code == 1
    assert "nothing was counted of src/core/writer.c" in said
    assert "write: there is no src/core/writer.c" in said
