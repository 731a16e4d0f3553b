"""What the benchmark sends, and what it asks the machine: wrk, single requests, flushes."""
import http.client
import json
import os
import pathlib
import resource
import socket
import statistics
import subprocess
import time

CLIENT_CORE = 1
SCRIPT = pathlib.Path(__file__).with_name("requests.lua")


class Failed(Exception):
    """Something could not be measured."""


def request(method, path, headers=(), body=b""):
    """One request as bytes; which port it goes to is no matter to the servers here."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{n}: {v}" for n, v in headers)]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines + ["", ""]).encode() + body


def ask(port, raw):
    """(answer, body) of one request."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(raw)
        answer = http.client.HTTPResponse(connection, method=raw.split(b" ", 1)[0].decode())
        answer.begin()
        return answer, answer.read()


def write_requests(path, requests):
    """The file that requests.lua reads. Heads of requests whose body comes from elsewhere as well."""
    path.write_bytes(b"\0".join(requests))
    return path


def wrk(port, requests, seed, seconds, clients, body=None):
    """Requests a second and latencies in microseconds, from one core of its own."""
    command = ["taskset", "-c", str(CLIENT_CORE), "wrk", "-t1", f"-c{clients}", f"-d{seconds}s",
               "--timeout", "10s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}", "--", str(requests),
               str(seed)] + ([str(body)] if body else [])
    before = children_seconds()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    used = children_seconds() - before
    try:
        found = json.loads(done.stdout.rstrip().rsplit("\n", 1)[-1])
    except ValueError:
        raise Failed(f"wrk: {done.stdout}{done.stderr}") from None
    if found["failed"] or not found["requests"]:
        raise Failed(f"{found['failed']} of {found['requests']} requests failed")
    return {"rate": found["requests"] / found["us"] * 1e6, "p50_us": found["p50"],
            "p99_us": found["p99"], "max_us": found["max"],
            "bytes": found["bytes"] / found["requests"], "client_busy": used / found["us"] * 1e6}


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def core_seconds(core):
    """What all programs and the kernel have used of a core, and what its host did not give it."""
    for line in pathlib.Path("/proc/stat").read_text().splitlines():
        words = line.split()
        if words[0] == f"cpu{core}":
            used = map(int, words[1:4] + words[6:9])  # all but idle, and guests, which count twice
            return sum(used) / os.sysconf("SC_CLK_TCK")
    raise Failed(f"there is no core {core}")


def flush_times(folder, count=100):
    """Milliseconds of each of `count` times: append 4 KiB, fdatasync."""
    path = folder / "flush"
    times = []
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for _ in range(count):
            start = time.perf_counter()
            os.write(handle, b"\xa5" * 4096)
            os.fdatasync(handle)
            times.append((time.perf_counter() - start) * 1000)
    finally:
        os.close(handle)
        path.unlink()
    return times


def median(values):
    return statistics.median(values)
