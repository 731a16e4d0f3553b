"""libcjose brings jansson, which has functions named as ours: neither may meet the other's."""

import pathlib
import re
import subprocess

import pytest

BUILD = pathlib.Path(__file__).resolve().parents[2] / "build"


@pytest.mark.parametrize("name", ["cameo", "ngx_http_cameo_module.so"])
def test_no_function_of_ours_is_seen_by_libraries(name):
    done = subprocess.run(["readelf", "--dyn-syms", "-W", BUILD / name], capture_output=True, text=True,
                          check=True)
    ours = re.findall(r"\bFUNC +GLOBAL +DEFAULT +\d+ (json_\w+)", done.stdout)

    assert not ours, ours


@pytest.mark.parametrize("name", ["cameo", "ngx_http_cameo_module.so"])
def test_no_function_of_jansson_is_called_by_us(name):
    done = subprocess.run(["readelf", "--dyn-syms", "-W", BUILD / name], capture_output=True, text=True,
                          check=True)
    theirs = re.findall(r"UND (json_\w+)", done.stdout)

    assert not theirs, theirs
