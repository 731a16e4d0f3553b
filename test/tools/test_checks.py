"""The checks themselves: each must find what it is for, and nothing else."""

import json
import pathlib
import subprocess

import pytest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"


def run(tool, *arguments):
    done = subprocess.run([TOOLS / tool, *map(str, arguments)], capture_output=True, text=True,
                          check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def tree(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


HEADERS = {name: "" for name in (
    "base/err.h", "model/record.h", "image/header.h", "blob/blob.h", "blob/driver.h", "meta/meta.h",
    "core/core.h", "core/settings.h", "http/http.h", "dialect/dialect.h", "dialect/bitrix24/call.h",
    "dialect/superoffice/call.h", "nginx/module.h", "app/config.h", "cli/cli.h")}


@pytest.mark.parametrize("own, target", [
    ("model/x.c", "base/err.h"),
    ("core/x.c", "image/header.h"),
    ("core/x.c", "blob/blob.h"),
    ("blob/pack.c", "blob/driver.h"),
    ("blob/pack/x.c", "blob/driver.h"),
    ("dialect/bitrix24/x.c", "dialect/bitrix24/call.h"),
    ("dialect/bitrix24/x.c", "dialect/dialect.h"),
    ("app/x.c", "dialect/dialect.h"),
    ("nginx/x.c", "app/config.h"),
    ("cli/x.c", "app/config.h"),
    ("base/x_test.c", "test.h"),
    ("core/x_fuzz.c", "support/store.h"),
])
def test_layers_allow(tmp_path, own, target):
    root = tree(tmp_path, {**HEADERS, own: f'#include "{target}"\n#include <stdio.h>\n'})

    assert run("check-layers", root) == (0, [])


@pytest.mark.parametrize("own, target", [
    ("base/x.c", "model/record.h"),
    ("image/x.c", "core/core.h"),
    ("http/x.c", "model/record.h"),
    ("core/x.c", "http/http.h"),
    ("core/x.c", "blob/driver.h"),
    ("dialect/bitrix24/x.c", "dialect/superoffice/call.h"),
    ("dialect/bitrix24/x.c", "blob/blob.h"),
    ("dialect/bitrix24/x.c", "call.h"),
    ("dialect/bitrix24/x.c", "../superoffice/call.h"),
    ("app/x.c", "cli/cli.h"),
    ("app/x.c", "nginx/module.h"),
    ("nginx/x.c", "blob/blob.h"),
    ("cli/x.c", "http/http.h"),
    ("extra/x.c", "base/err.h"),
    ("base/x.c", "test.h"),
    ("core/x.c", "support/store.h"),
    ("base/x.c", "base/absent.h"),
])
def test_layers_refuse(tmp_path, own, target):
    root = tree(tmp_path, {**HEADERS, own: f'\n#include "{target}"\n'})

    status, lines = run("check-layers", root)

    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith(f'{root / own}:2: "{target}": ')


def test_a_header_for_tests_must_not_reach_the_product(tmp_path):
    helper = {"base/made.h": '#include "test.h"\n', "base/x_test.c": '#include "base/made.h"\n'}

    assert run("check-layers", tree(tmp_path, helper)) == (0, [])
    tree(tmp_path, {"base/x.c": '#include "base/made.h"\n'})
    assert run("check-layers", tmp_path)[0] == 1


@pytest.mark.parametrize("call", [
    "strcpy(a, b);", "x = atoi (text);", "return strerror(errno);", "sprintf(out, \"%d\", 1);",
    "if (system(line))", "char c = '\"'; gets(line);", "/* why */ strtok(a, b);",
])
def test_banned_finds(tmp_path, call):
    tree(tmp_path, {"x.c": f"\n{call}\n"})

    status, lines = run("check-banned", tmp_path)

    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith(f"{tmp_path / 'x.c'}:2: ")


@pytest.mark.parametrize("text", [
    "/* strcpy(a, b) */", "// system(x)", 'puts("atoi(1)");', "my_strcpy(a, b);", "core->random(1);",
    "snprintf(a, 1, b);", "strerrordesc_np(errno);", "gmtime_r(&now, &out);", "int rand;",
    "/* don't\n   system(1) */",
])
def test_banned_leaves_alone(tmp_path, text):
    assert run("check-banned", tree(tmp_path, {"x.c": text})) == (0, [])


def results(folder, **files):
    for name, text in files.items():
        stem, suffix = name.rsplit("_", 1)
        (folder / f"{stem}.{suffix}").write_text(text)
    return folder


def junit(**numbers):
    values = " ".join(f'{name}="{value}"' for name, value in numbers.items())
    return f"<testsuites><testsuite {values}/></testsuites>"


def test_sums_add_up_over_all_runners(tmp_path):
    log = [{"name": "arena", "result": "OK", "stdout": "arena_test: 12 passed, 0 failed\n"},
           {"name": "json_corpus", "result": "OK", "stdout": "30 inputs replayed\n"}]
    results(tmp_path, unit_json="\n".join(map(json.dumps, log)), unit_status="0",
            scenario_xml=junit(tests=100, errors=0, failures=0, skipped=0), scenario_status="0",
            kill_txt="round 1\n200 passed, 0 failed\n", kill_status="0")

    assert run("sum-tests", tmp_path, "unit", "scenario", "kill") == (0, [
        "unit: 13 passed, 0 failed", "scenario: 100 passed, 0 failed", "kill: 200 passed, 0 failed",
        "313 passed, 0 failed"])


@pytest.mark.parametrize("files", [
    {"unit_json": json.dumps({"name": "x", "result": "FAIL", "stdout": "x: 9 passed, 1 failed"})},
    {"unit_json": json.dumps({"name": "x", "result": "TIMEOUT", "stdout": ""})},
    {"unit_json": ""},
    {"unit_xml": junit(tests=2, errors=0, failures=0, skipped=1)},
    {"unit_xml": junit(tests=2, errors=1, failures=0, skipped=0)},
    {"unit_txt": "it went well\n"},
    {"unit_txt": "5 passed, 0 failed\n", "unit_status": "139"},
    {},
])
def test_sums_fail_when_a_runner_did(tmp_path, files):
    results(tmp_path, **{"unit_status": "0", **files})

    status, lines = run("sum-tests", tmp_path, "unit")

    assert status == 1
    assert lines[-1].endswith(" 1 failed")
