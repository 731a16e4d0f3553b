"""Renditions: made each time against the npm package sharp and vipsthumbnail, on one core with the same files
and settings; and one that is kept against a stored picture of its size."""
import io
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from PIL import Image, ImageChops, ImageStat

import load
from load import Failed, median, request
from loop import BASIC
from photos import COPIES, PHOTOS, Photos
from servers import PROGRAM, SERVER_CORE, Cameo, Tree

SHARP = pathlib.Path(__file__).with_name("sharp")
CLIENTS = 4
SECONDS_MIN = 4  # of a measurement: a picture takes up to 40 ms
QUALITY = 80
SHARP_AIM, VIPS_AIM, KEPT_AIM = 1.2, 0.9, 0.95
KEPT_CLIENTS = 32
# name: width, height, type
WISHES = {"720 x 588 JPEG": (720, 588, "jpeg"), "256 px JPEG": (256, 256, "jpeg"),
          "256 px WebP": (256, 256, "webp")}


class SharpServer(Tree):
    """test/bench/sharp/server.js on the server's core."""

    def __init__(self, folder):
        if not (SHARP / "node_modules/sharp").is_dir():
            raise Failed(f"there is no package sharp: npm ci in {SHARP}, as ./dev bench does")
        super().__init__(["node", str(SHARP / "server.js"), str(folder)], stdout=subprocess.PIPE)
        line = self.process.stdout.readline().decode()
        if not line.strip().isdigit():
            self.stop()
            raise Failed("sharp's server did not start")
        self.port = int(line)


def command(*arguments, **options):
    done = subprocess.run([str(PROGRAM), *map(str, arguments)], capture_output=True, text=True,
                          check=False, **options)
    if done.returncode:
        raise Failed(f"cameo {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def demo_store(folder):
    """A new demo store that nothing runs on."""
    shutil.rmtree(folder, ignore_errors=True)
    demo = Cameo(folder, demo=True)
    if demo.stop():
        raise Failed(f"cameo serve --demo: {demo.log.read_text()}")
    return folder


def add_records(store, kind, count):
    return [int(command("record", "add", store, kind, f"Number {n}").split()[0])
            for n in range(count)]


def put(port, kind, record, content):
    answer, said = load.ask(port, request("PUT", f"/api/v1/{kind}/{record}/Image",
                                          [BASIC, ("Content-Type", "image/jpeg")], content))
    if answer.status != 200:
        raise Failed(f"PUT {kind} {record}: {answer.status} {said[:200]!r}")


def ours(record, wish):
    width, height, kind = wish
    return request("GET", f"/pictures/person/{record}?w={width}&h={height}&fit=contain"
                          f"&format={kind}&q={QUALITY}", [BASIC])


def sharps(path, wish):
    width, height, kind = wish
    return request("GET", f"/{path.name}?w={width}&h={height}&format={kind}&q={QUALITY}")


def environment(**settings):
    return dict(os.environ, **{f"CAMEO_{name.upper()}": str(value)
                               for name, value in settings.items()})


class Thumbnailer:
    """vipsthumbnail on the server's core: one process over all files, so that its start hardly counts."""

    def __init__(self, paths, wish):
        width, height, kind = wish
        options = f"Q={QUALITY},strip" + (",optimize_coding" if kind == "jpeg" else "")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cameo-bench-"))
        self.command = ["taskset", "-c", str(SERVER_CORE), "vipsthumbnail", "--size",
                        f"{width}x{height}", "-o",
                        f"{self.folder}/%s.{'jpg' if kind == 'jpeg' else kind}[{options}]",
                        *map(str, paths)]
        self.count = len(paths)

    def run(self):
        started, before = time.perf_counter(), load.children_seconds()
        done = subprocess.run(self.command, env=dict(os.environ, VIPS_CONCURRENCY="1"), check=False)
        took, used = time.perf_counter() - started, load.children_seconds() - before
        if done.returncode or len(list(self.folder.iterdir())) != self.count:
            raise Failed(f"{' '.join(self.command[:8])}: exit {done.returncode}")
        return {"rate": self.count / took, "cpu_ms": used / self.count * 1000}

    def one(self):
        return next(self.folder.iterdir()).read_bytes()

    def close(self):
        shutil.rmtree(self.folder)


def measured(server, requests, seed, seconds, clients=CLIENTS):
    before = server.cpu_seconds()
    found = load.wrk(server.port, requests, seed, seconds, clients)
    used = server.cpu_seconds() - before
    found["cpu_ms"] = used / (found["rate"] * seconds) * 1000
    return found


def check_alike(title, pictures):
    """Nobody may be faster by making something else: same size and type, hardly a difference."""
    images = {side: Image.open(io.BytesIO(content)) for side, content in pictures.items()}
    first = next(iter(images.values()))
    for side, image in images.items():
        if (image.size, image.format) != (first.size, first.format):
            raise Failed(f"{title}: {side} makes {image.format} of {image.size}, not "
                         f"{first.format} of {first.size}")
        stat = ImageStat.Stat(ImageChops.difference(image.convert("RGB"), first.convert("RGB")))
        if max(stat.mean) > 4:
            raise Failed(f"{title}: {side} makes another picture, mean error {max(stat.mean):.1f}")


class Case:
    def __init__(self, folder, photo, name, records, paths):
        wish = WISHES[name]
        self.title = f"{photo} to {name}"
        self.wish, self.records, self.paths = wish, records, paths
        plain = f"{photo}-{name}".replace(" ", "")
        folder.mkdir(parents=True, exist_ok=True)
        self.ours = load.write_requests(folder / f"{plain}-ours",
                                        [ours(record, wish) for record in records])
        self.sharps = load.write_requests(folder / f"{plain}-sharp",
                                          [sharps(path, wish) for path in paths])
        self.found = {"cameo": [], "sharp": [], "vipsthumbnail": []}
        self.bytes = {}

    def check(self, cameo, sharp, thumbnailer):
        pictures = {}
        for side, port, raw in (("cameo", cameo.port, ours(self.records[0], self.wish)),
                                ("sharp", sharp.port, sharps(self.paths[0], self.wish))):
            answer, pictures[side] = load.ask(port, raw)
            if answer.status != 200:
                raise Failed(f"{self.title}: {side}: {answer.status} {pictures[side][:200]!r}")
        thumbnailer.run()
        pictures["vipsthumbnail"] = thumbnailer.one()
        check_alike(self.title, pictures)
        self.bytes = {side: len(content) for side, content in pictures.items()}

    def round(self, round_no, seconds, cameo, sharp):
        thumbnailer = Thumbnailer(self.paths, self.wish)
        try:
            if round_no == 0:
                self.check(cameo, sharp, thumbnailer)
                return
            turns = [("cameo", lambda: measured(cameo, self.ours, round_no, seconds)),
                     ("sharp", lambda: measured(sharp, self.sharps, round_no, seconds)),
                     ("vipsthumbnail", thumbnailer.run)]
            for side, turn in turns if round_no % 2 else reversed(turns):
                self.found[side].append(turn())
        finally:
            thumbnailer.close()


def measure(folder, args, say):
    """Each case's measurements by side."""
    seconds = max(args.seconds, SECONDS_MIN)
    photos = Photos(folder, say)
    paths = {photo: photos.copies(photo) for photo in PHOTOS}
    store = demo_store(folder / "renditions")
    records = {photo: add_records(store, "person", COPIES) for photo in PHOTOS}
    with Cameo(store, environment=environment(cache_bytes_max=0)) as cameo, \
            SharpServer(photos.folder) as sharp:
        for photo in PHOTOS:
            for record, path in zip(records[photo], paths[photo]):
                put(cameo.port, "Person", record, path.read_bytes())
        cases = [Case(folder / "renditions.requests", photo, name, records[photo], paths[photo])
                 for photo in PHOTOS for name in WISHES]
        for round_no in range(args.rounds + 1):
            for case in cases:
                say(f"round {round_no}: {case.title}")
                case.round(round_no, seconds, cameo, sharp)
    shutil.rmtree(store)
    return [{"title": case.title, "bytes": case.bytes, **case.found} for case in cases]


def middle(measurements, key):
    return median([measurement[key] for measurement in measurements])


def ratio(case, side, key="rate"):
    return median([a[key] / b[key] for a, b in zip(case["cameo"], case[side])])


def table(found):
    yield ("a rendition, made each time", "sharp", "vipsthumbnail", "cameo", "by sharp", "aim",
           "by vipsthumbnail", "aim", "CPU sharp / vips / cameo", "less CPU than sharp / vips",
           "bytes sharp / vips / cameo")
    for case in found:
        sides = [case["sharp"], case["vipsthumbnail"], case["cameo"]]
        yield (case["title"], *(f"{middle(side, 'rate'):.1f}/s" for side in sides),
               f"{ratio(case, 'sharp'):.2f}", f">= {SHARP_AIM}",
               f"{ratio(case, 'vipsthumbnail'):.2f}", f">= {VIPS_AIM}",
               " / ".join(f"{middle(side, 'cpu_ms'):.1f}" for side in sides) + " ms",
               " / ".join(f"{1 / ratio(case, side, 'cpu_ms'):.2f}" for side in ("sharp",
                                                                            "vipsthumbnail")),
               " / ".join(f"{case['bytes'][side]:,}" for side in ("sharp", "vipsthumbnail",
                                                                  "cameo")))


def measure_kept(folder, args, say):
    """A rendition that is kept, and its bytes stored as a picture of their own."""
    say("renditions that are kept")
    wish = WISHES["720 x 588 JPEG"]
    paths = Photos(folder, say).copies("2725 x 2225")
    store = demo_store(folder / "kept")
    records = add_records(store, "person", 2 * COPIES)
    requests = folder / "renditions.requests"
    requests.mkdir(parents=True, exist_ok=True)
    found = {"kept": [], "stored": []}
    with Cameo(store) as cameo:
        for record, twin, path in zip(records, records[COPIES:], paths):
            put(cameo.port, "Person", record, path.read_bytes())
            answer, content = load.ask(cameo.port, ours(record, wish))
            if answer.status != 200:
                raise Failed(f"{record}: {answer.status} {content[:200]!r}")
            put(cameo.port, "Person", twin, content)
        sides = {
            "kept": load.write_requests(requests / "kept",
                                        [ours(record, wish) for record in records[:COPIES]]),
            "stored": load.write_requests(
                requests / "stored", [request("GET", f"/pictures/person/{record}", [BASIC])
                                      for record in records[COPIES:]])}
        for round_no in range(args.rounds + 1):
            for side in sides if round_no % 2 else reversed(sides):
                one = measured(cameo, sides[side], round_no, args.seconds, KEPT_CLIENTS)
                if round_no:  # the first only warms up
                    found[side].append(one)
    shutil.rmtree(store)
    return found


def kept_table(found):
    kept, stored = found["kept"], found["stored"]
    times = median([a["rate"] / b["rate"] for a, b in zip(kept, stored)])
    yield "720 x 588 JPEG", "stored picture", "kept rendition", "ratio", "aim", "p99 stored / kept"
    yield (f"{middle(kept, 'bytes') / 1024:.0f} KiB an answer", f"{middle(stored, 'rate'):,.0f}/s",
           f"{middle(kept, 'rate'):,.0f}/s", f"{times:.2f}", f">= {KEPT_AIM}",
           f"{middle(stored, 'p99_us') / 1000:.2f} / {middle(kept, 'p99_us') / 1000:.2f} ms")
