"""What encryption at rest costs: the same pictures read and written in a plain and in a sealed store, in turns."""
import shutil
import subprocess

import load
from load import Failed, median
from photos import Photos
from renditions import environment
from servers import PROGRAM, Cameo
from stores import FILL, PUT_BYTES, TICKET, look_at_all

FIRST, COUNT, BYTES = 300001, 2000, 100 * 1024
KEY = "7f" * 32
SIDES = ("plain", "sealed")
# name: title, what it may cost, connections
CASES = {"get": ("GET of 100 KiB", 0.10, 32),
         "get-new": ("GET of 100 KiB, none held opened", None, 32),
         "put-1": ("durable PUT of 75 KiB, 1 client", 0.15, 1),
         "put-64": ("durable PUT of 75 KiB, 64 clients", 0.15, 64)}


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{command}: exit {done.returncode}, {done.stderr}")
    return done.stdout


def fill(folder):
    """Both stores: the sealed one is a copy of the other, sealed anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "key").write_text(KEY)
    (folder / "key").chmod(0o600)
    demo = Cameo(folder / "plain", demo=True)
    if demo.stop():
        raise Failed(f"cameo serve --demo: {demo.log.read_text()}")
    run([FILL, folder / "plain", FIRST, COUNT, BYTES])
    look_at_all(folder / "plain")
    shutil.copytree(folder / "plain", folder / "sealed")
    (folder / "sealed/cameo.ini").write_text(
        f"[encryption]\nencryption = on\nencryption_key_file = {folder / 'key'}\n[store]\ngrace_seconds = 0\n")
    for command in ("reseal", "collect"):
        run([PROGRAM, command, folder / "sealed"])
    (folder / "filled").touch()


def requests_of(folder, method, *headers):
    return load.write_requests(folder / method, (
        load.request(method, f"/api/v1/Product/{product}/Image", [*TICKET, *headers])
        for product in range(FIRST, FIRST + COUNT)))


def measure_one(server, requests, seed, seconds, clients, body=None):
    before = server.cpu_precisely()
    found = load.wrk(server.port, requests, seed, seconds, clients, body)
    found["cpu_us"] = (server.cpu_precisely() - before) * 1e6 / (found["rate"] * seconds)
    return found


def put_round(folder, name, side, requests, seed, seconds, body):
    """On a copy, so that no round finds a larger store than another."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder / side, copy)
    with Cameo(copy) as server:
        load.ask(server.port, load.request("GET", f"/api/v1/Product/{FIRST}/Image", TICKET))
        found = measure_one(server, requests, seed, seconds, CASES[name][2], body)
    shutil.rmtree(copy)
    return found


def get_rounds(folder, name, opened, gets, results, args, say):
    servers = {side: Cameo(folder / side, environment=environment(opened_bytes_max=opened)) for side in SIDES}
    try:
        for side in SIDES:
            answer, content = load.ask(servers[side].port, load.request(
                "GET", f"/api/v1/Product/{FIRST}/Image", TICKET))
            if answer.status != 200 or len(content) != BYTES:
                raise Failed(f"{side}: {answer.status}, {len(content)} bytes")
            load.wrk(servers[side].port, gets, 1, 4, 32)  # into the page cache, and what is held
        for round_no in range(1, 2 * args.rounds + 1):
            say(f"encryption, round {round_no}: {name}")
            for side in SIDES if round_no % 2 else SIDES[::-1]:
                results[side].append(measure_one(servers[side], gets, round_no, args.seconds, 32))
    finally:
        for server in servers.values():
            server.stop()


def measure(bench_folder, args, say):
    folder = bench_folder / "encryption"
    if not (folder / "filled").exists():
        say("filling a plain and a sealed store, once")
        fill(folder)
    results = {name: {side: [] for side in SIDES} for name in CASES}
    gets = requests_of(folder, "GET")
    puts = requests_of(folder, "PUT", ("Content-Type", "image/jpeg"), ("Content-Length", PUT_BYTES))
    body = Photos(bench_folder, say).small(PUT_BYTES)
    for name, opened in (("get", "256M"), ("get-new", 0)):
        get_rounds(folder, name, opened, gets, results[name], args, say)
    for round_no in range(1, args.rounds + 1):
        for name in ("put-1", "put-64"):
            say(f"encryption, round {round_no}: {name}")
            for side in SIDES if round_no % 2 else SIDES[::-1]:
                results[name][side].append(put_round(folder, name, side, puts, round_no, args.seconds,
                                                     body))
    return results


def table(results):
    yield "encryption", "plain", "sealed", "slower by", "aim", "CPU plain / sealed", "p99 plain / sealed"
    for name, (title, aim, _) in CASES.items():
        plain, sealed = (results[name][side] for side in SIDES)
        slower = median([1 - s["rate"] / p["rate"] for p, s in zip(plain, sealed)])

        def middle(side, key):
            return median([one[key] for one in side])

        yield (title, f"{middle(plain, 'rate'):,.0f}/s", f"{middle(sealed, 'rate'):,.0f}/s",
               f"{slower:.1%}", f"<= {aim:.0%}" if aim else "",
               f"{middle(plain, 'cpu_us'):.0f} / {middle(sealed, 'cpu_us'):.0f} us",
               f"{middle(plain, 'p99_us') / 1000:.2f} / {middle(sealed, 'p99_us') / 1000:.2f} ms")
