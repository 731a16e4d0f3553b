#!/usr/bin/python3
"""Measures Cameo against nginx's own fixed answers and files, and renditions against the npm package sharp
and vipsthumbnail, in turns within one run.

usage: bench.py [--rounds N] [--seconds S] [--only CASE[,CASE...]] [--json FILE]

The server is pinned to core 0 with one worker, the client (wrk) to core 1. Each round asks each side of
each case once, the one that goes first changing from round to round; the table shows medians. The
program is taken from CAMEO, else build/cameo; data is kept in build/bench for the next run. Exit status
0 when everything could be measured, whether or not it reached its aim. docs/performance.md explains.
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import time

import boxes
import history
import lists
import load
import loop
import overview
import renditions
import scrub
import sealed
import wire
from load import Failed, median
from photos import Photos
from servers import SERVER_CORE, Cameo, Peer
from stores import PUT_BYTES, TICKET, Stores

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "build/bench"
STARTS = 10
MEMORY_MAX_MIB = 30e6 / 2**20
# name: title, what is hoped for (a ratio, or writes a second), connections
READS = {"imageinfo": ("ImageInfo by ticket", 0.4, 32),
         "imageinfo-xml": ("ImageInfo by ticket, as XML", None, 32),
         "productimage": ("productImage.get by webhook, POST of JSON", 0.35, 32),
         "productimage-query": ("productImage.get by webhook, GET", 0.35, 32),
         "304": ("304 on Image", 0.4, 32),
         "image-10k": ("Image of 10 KiB", 0.65, 32),
         "image-100k": ("Image of 100 KiB", 0.85, 32)}
PUTS = {"put-1": ("durable PUT of 75 KiB, 1 client", 1200, 1),
        "put-64": ("durable PUT of 75 KiB, 64 clients", 6000, 64)}
LIST_ROUNDS = 20
XML_TO_JSON = 0.8
LOOP_REPEATS = 20
# name: (measured with the run's stores, arguments, `say`), its table; each is told of in its module
TABLES = {"rendition": (lambda run: renditions.measure(FOLDER, run.args, say), renditions.table),
          "kept": (lambda run: renditions.measure_kept(FOLDER, run.args, say),
                   renditions.kept_table),
          "overview": (lambda run: overview.measure(run.stores, say), overview.table),
          "history": (lambda run: history.measure(FOLDER, say), history.table),
          "scrub": (lambda run: scrub.measure(FOLDER, say), scrub.table),
          "encryption": (lambda run: sealed.measure(FOLDER, run.args, say), sealed.table),
          "box": (lambda run: boxes.cost(say), boxes.cost_table),
          "box-memory": (lambda run: boxes.measure_memory(FOLDER, say), boxes.memory_table)}
NAMES = [*READS, *PUTS, "start", "memory", "odata", "loop", "batch", "upload", *TABLES]
STORELESS = {"start", "odata", "history", "rendition", "kept", "scrub", "box", "box-memory", "encryption"}


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Case:
    """What to ask Cameo, what to ask nginx, on which of its ports, and what both have to say."""

    def __init__(self, ours, theirs, ports, length, status=200):
        self.ours, self.theirs = ours, theirs
        self.ports = ports  # side: port
        self.length, self.status = length, status

    def check(self, port, requests):
        """What is compared must be the same; texts have ids of a few digits more or less."""
        for raw in first_requests(requests, 20):
            answer, body = load.ask(port, raw)
            if answer.status != self.status or abs(len(body) - self.length) > 16:
                raise Failed(f"{raw!r}: status {answer.status}, {len(body)} bytes, not "
                             f"{self.status} and {self.length}")


def first_requests(path, count):
    return path.read_bytes().split(b"\0")[:count]


def cases_that_read(stores, peer, answers):
    def fixed(name, requests):
        return Case(requests, requests, {"nginx": peer.answers[name]}, answers[name][1])

    files = {"nginx": peer.files, "nginx, files kept open": peer.files_cached}
    known = stores.file_images("10k", stores.file_etags("10k"))
    return {
        "imageinfo": fixed("imageinfo", stores.image_info()),
        "imageinfo-xml": fixed("imageinfo-xml", stores.image_info_xml()),
        "productimage": fixed("productimage", stores.product_image_post()),
        "productimage-query": fixed("productimage", stores.product_image_query()),
        "304": Case(stores.images_known("10k"), known, files, 0, 304),
        "image-10k": Case(stores.images("10k"), stores.file_images("10k"), files, 10 * 1024),
        "image-100k": Case(stores.images("100k"), stores.file_images("100k"), files, 100 * 1024),
    }


def fixed_answers(server, stores):
    """(content type, length) of what Cameo says, for nginx to say as much."""
    found = {}
    for name, requests in (("imageinfo", stores.image_info()),
                           ("imageinfo-xml", stores.image_info_xml()),
                           ("productimage", stores.product_image_post())):
        answer, body = load.ask(server.port, first_requests(requests, 1)[0])
        if answer.status != 200:
            raise Failed(f"{name}: {answer.status} {body[:200]!r}")
        found[name] = (answer.headers["Content-Type"], len(body))
    return found


class Run:
    def __init__(self, args, stores):
        self.args = args
        self.stores = stores
        self.results = {}  # case: side: list of measurements
        self.flushes = []  # milliseconds
        self.memory = {}   # side: MiB
        self.lists = []
        self.loops = []
        self.batch = {}
        self.uploads = {}
        self.tables = {}   # name: what was found

    def measure(self, name, side, server, port, requests, seed, clients, body=None):
        core, before = load.core_seconds(SERVER_CORE), server.cpu_seconds()
        started = time.perf_counter()
        found = load.wrk(port, requests, seed, self.args.seconds, clients, body)
        took = time.perf_counter() - started
        used = server.cpu_seconds() - before
        found["busy"] = used / took
        found["others"] = max(load.core_seconds(SERVER_CORE) - core - used, 0) / took
        found["per_cpu_second"] = found["rate"] * self.args.seconds / max(used, 0.01)
        self.results.setdefault(name, {}).setdefault(side, []).append(found)

    def reads(self, names):
        with Cameo(self.stores.store) as cameo:
            answers = fixed_answers(cameo, self.stores)
            with Peer(FOLDER / "nginx", self.stores.files, answers) as peer:
                cases = cases_that_read(self.stores, peer, answers)
                time.sleep(0.5)
                self.memory = {"cameo, just started": cameo.memory()}
                say("waiting until it has nothing to do by itself")
                if not cameo.settle():
                    say("it has: its memory is not that of an idle one")
                self.memory.update({"nginx": peer.memory(), "cameo": cameo.memory()})
                for round_no in range(self.args.rounds + 1):
                    for name in names:
                        self.read_round(name, cases[name], cameo, peer, round_no)
                if names:
                    time.sleep(0.5)
                    self.memory["cameo, after the load"] = cameo.memory()

    def read_round(self, name, case, cameo, peer, round_no):
        clients = READS[name][2]
        sides = [(side, peer, port, case.theirs) for side, port in case.ports.items()]
        sides.append(("cameo", cameo, cameo.port, case.ours))
        if round_no == 0:  # everything into the page cache; not counted
            for _, _, port, requests in sides:
                case.check(port, requests)
                load.wrk(port, requests, 1, 1, clients)
            return
        say(f"round {round_no}: {name}")
        for side, server, port, requests in sides if round_no % 2 else reversed(sides):
            self.measure(name, side, server, port, requests, round_no, clients)

    def puts(self, names):
        requests, body = self.stores.puts(Photos(FOLDER, say))
        with Peer(FOLDER / "nginx", self.stores.files, {"put": ("application/json", 4)}) as peer:
            for round_no in range(1, self.args.rounds + 1):
                for name in names:
                    say(f"round {round_no}: {name}")
                    self.flushes += load.flush_times(FOLDER)
                    self.measure(name, "nginx", peer, peer.answers["put"], requests, round_no,
                                 PUTS[name][2], body)
                    self.put_round(name, requests, round_no, body)

    def put_round(self, name, requests, round_no, body):
        """Every round on a store of its own, so that none finds a larger one than another."""
        store = self.stores.copy()
        path = f"/api/v1/Product/{self.stores.pictures['small'][0][0]}/Image"
        with Cameo(store) as cameo:
            answer, said = load.ask(cameo.port,
                                    load.request("PUT", path, TICKET, body.read_bytes()))
            if answer.status != 200:
                raise Failed(f"PUT: {answer.status} {said[:200]!r}")
            self.measure(name, "cameo", cameo, cameo.port, requests, round_no, PUTS[name][2], body)
            answer, got = load.ask(cameo.port, load.request("GET", path, TICKET))
            if answer.status != 200 or len(got) != PUT_BYTES:
                raise Failed(f"PUT: afterwards {answer.status}, {len(got)} bytes")
        shutil.rmtree(store)

    def starts(self):
        store = FOLDER / "empty"
        for _ in range(STARTS):
            shutil.rmtree(store, ignore_errors=True)
            with Cameo(store, pinned=False) as cameo:
                self.results.setdefault("start", {}).setdefault("cameo", []).append(
                    {"ready_ms": cameo.ready_ms})
            shutil.rmtree(store)

    def loop(self):
        say("the event loop")
        store = self.stores.copy()
        picture = next((self.stores.files / "10k").iterdir()).read_bytes()
        self.loops = list(loop.measure(FOLDER, store, loop.cases(1, picture), LOOP_REPEATS))
        shutil.rmtree(store)

    def all(self, names):
        reads = [name for name in READS if name in names]
        if reads or "memory" in names:
            self.reads(reads)
        puts = [name for name in PUTS if name in names]
        if puts:
            self.puts(puts)
        if "start" in names:
            self.starts()
        if "loop" in names:
            self.loop()
        if "batch" in names:
            self.batch = wire.measure_batch(self.stores, say)
        if "upload" in names:
            self.uploads = wire.measure_uploads(self.stores, say)
        if "odata" in names:
            self.lists = lists.measure(FOLDER, LIST_ROUNDS, say)
        for name, (find, _) in TABLES.items():
            if name in names:
                self.tables[name] = find(self)


def middle(measurements, key):
    return median([measurement[key] for measurement in measurements])


def ratio(ours, theirs, key):
    """The median of each round's, for the machine's mood changes from one to the next."""
    return median([o[key] / t[key] for o, t in zip(ours, theirs)])


def rows_of(name, sides):
    title, aim, _ = READS.get(name) or PUTS[name]
    ours = sides["cameo"]
    for side, theirs in sides.items():
        if side == "cameo":
            continue
        aim_text = f">= {aim:,}/s" if name in PUTS else f">= {aim}" if aim else "-"
        if side != "nginx":
            title, aim_text = title + side.removeprefix("nginx"), "-"
        yield (title, f"{middle(theirs, 'rate'):,.0f}/s", f"{middle(ours, 'rate'):,.0f}/s",
               f"{ratio(ours, theirs, 'rate'):.2f}", aim_text,
               f"{ratio(ours, theirs, 'per_cpu_second'):.2f}",
               f"{middle(theirs, 'p99_us') / 1000:.2f} / {middle(ours, 'p99_us') / 1000:.2f} ms",
               f"{middle(theirs, 'busy'):.0%} / {middle(ours, 'busy'):.0%}")


def table(run):
    yield "case", "nginx", "cameo", "ratio", "aim", "per CPU s", "p99 nginx / cameo", "core 0"
    for name in (*READS, *PUTS):
        if name in run.results:
            yield from rows_of(name, run.results[name])
    if {"imageinfo", "imageinfo-xml"} <= set(run.results):
        xml, json_ = (run.results[name]["cameo"] for name in ("imageinfo-xml", "imageinfo"))
        yield ("ImageInfo as XML against ours as JSON", f"{middle(json_, 'rate'):,.0f}/s",
               f"{middle(xml, 'rate'):,.0f}/s", f"{ratio(xml, json_, 'rate'):.2f}",
               f">= {XML_TO_JSON}", f"{ratio(xml, json_, 'per_cpu_second'):.2f}", "", "")
    if "start" in run.results:
        ready = middle(run.results["start"]["cameo"], "ready_ms")
        yield "start of an empty store", "", f"{ready:.0f} ms", "", "<= 100 ms", "", "", ""
    if run.memory:
        nginx, cameo = (f"{run.memory[side]['pss_mib']:.1f} MiB" for side in ("nginx", "cameo"))
        yield ("idle memory of all processes (PSS)", nginx, cameo, "",
               f"<= {MEMORY_MAX_MIB:.1f} MiB", "", "", "")


def print_table(rows):
    rows = list(rows)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    rows.insert(1, ["-" * width for width in widths])
    for row in rows:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")


def print_wire(run):
    if run.batch:
        print()
        print_table(wire.batch_table(run.batch))
    if run.uploads:
        print()
        print_table(wire.upload_table(run.uploads))


def print_notes(run, load_before):
    print()
    for side, m in run.memory.items():
        print(f"memory of {side}: {m['processes']} processes, {m['rss_mib']:.1f} MiB resident (RSS), "
              f"{m['pss_mib']:.1f} MiB with shared pages divided (PSS), of these "
              f"{m['pss_anon_mib']:.1f} MiB no file's")
    if run.flushes:
        times = sorted(run.flushes)
        print(f"flush of the disk (append 4 KiB, fdatasync): median {median(times):.2f} ms, "
              f"p99 {times[len(times) * 99 // 100]:.2f} ms of {len(times)}")
    measured = [m for sides in run.results.values() for side in sides.values() for m in side
                if "others" in m]
    if measured:
        print(f"core 0 was taken by others for {middle(measured, 'others'):.0%} of the time; the "
              f"client kept core 1 busy for {middle(measured, 'client_busy'):.0%}")
    print(f"{run.args.rounds} rounds of {run.args.seconds} s; load average before "
          f"{load_before:.1f}, after {os.getloadavg()[0]:.1f}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--seconds", type=int, default=2, metavar="S",
                        help="of each measurement; a round has 20 or so")
    parser.add_argument("--only", default=",".join(NAMES), metavar="CASE",
                        help="one or more of " + ",".join(NAMES))
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        help="every single measurement")
    args = parser.parse_args()
    args.only = args.only.split(",")
    unknown = set(args.only) - set(NAMES)
    if unknown or args.rounds < 1 or args.seconds < 1:
        parser.error(f"no such case: {', '.join(sorted(unknown))}" if unknown else "at least 1")
    return args


def main():
    args = arguments()
    load_before = os.getloadavg()[0]
    if not {load.CLIENT_CORE, SERVER_CORE} <= os.sched_getaffinity(0):
        say("two processors are needed, 0 for the server and 1 for the client")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        run = Run(args, Stores(FOLDER, say) if set(args.only) - STORELESS else None)
        run.all(args.only)
    except Failed as failure:
        say(failure)
        return 1
    if run.results or run.memory:
        print_table(table(run))
    if run.loops:
        print()
        print_table(loop.table(run.loops))
    print_wire(run)
    if run.lists:
        print("\nOData\n")
        print_table(lists.table(run.lists))
    for name, found in run.tables.items():
        print()
        print_table(TABLES[name][1](found))
    print_notes(run, load_before)
    if args.json:
        args.json.write_text(json.dumps({"cases": run.results, "flush_ms": run.flushes,
                                         "memory": run.memory, "lists": run.lists,
                                         "batch": run.batch, "uploads": run.uploads,
                                         "tables": run.tables,
                                         "load_before": load_before},
                                        indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
