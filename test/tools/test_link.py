"""json-c and jansson, which libcjose brings, have functions of the same name: ours must be json-c's."""

import pathlib
import re
import subprocess

import pytest

BUILD = pathlib.Path(__file__).resolve().parents[2] / "build"


@pytest.mark.parametrize("name", ["cameo", "ngx_http_cameo_module.so"])
def test_the_json_functions_are_those_of_json_c(name):
    done = subprocess.run(["readelf", "--dyn-syms", "-W", BUILD / name], capture_output=True, text=True,
                          check=True)
    versions = dict(re.findall(r"UND (json_object_\w+|json_tokener_\w+)(@\w+)?", done.stdout))

    assert "json_object_get_type" in versions or "json_tokener_parse_ex" in versions, done.stdout
    assert all(version.startswith("@JSONC") for version in versions.values()), versions


@pytest.mark.parametrize("name", ["cameo", "ngx_http_cameo_module.so"])
def test_no_function_of_ours_is_seen_by_libraries(name):
    done = subprocess.run(["readelf", "--dyn-syms", "-W", BUILD / name], capture_output=True, text=True,
                          check=True)
    ours = re.findall(r"\bFUNC +GLOBAL +DEFAULT +\d+ (json_\w+)", done.stdout)

    assert not ours, ours
