"""What is served: one store filled once and kept, the same pictures as files, and the requests."""
import itertools
import json
import os
import shutil
import subprocess

import load
from load import Failed
from servers import PROGRAM, Cameo

FILL = PROGRAM.parent / "test/bench/bench_fill"
TICKET = [("Authorization", "SoTicket 7T:demo")]
# name: first product, pictures, bytes of each, also as files; 100,000 pictures in all
SETS = {"small": (100001, 86000, 200, False),
        "10k": (186001, 10000, 10 * 1024, True),
        "100k": (196001, 4000, 100 * 1024, True)}
PUT_BYTES = 75 * 1024


def run_fill(store, name, files):
    first, count, size, as_files = SETS[name]
    command = [str(FILL), str(store), str(first), str(count), str(size)]
    if as_files:
        files.joinpath(name).mkdir(parents=True)
        command.append(str(files / name))
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command)}: exit {done.returncode}")
    lines = [line.split() for line in done.stdout.splitlines()]
    return [(int(product), int(picture), etag) for product, picture, etag in lines]


def look_at_all(store):
    """Finds out what its pictures look like, which the server would do behind the measurements."""
    done = subprocess.run([str(PROGRAM), "duplicates", "--by", "bytes", "--now", str(store)],
                          stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Failed(f"cameo duplicates --now {store}: exit {done.returncode}")


class Stores:
    """In `folder`: store, files, template (the store before it got the larger pictures: the writes
    go to copies of it). Made when a run finds none."""

    def __init__(self, folder, say):
        self.folder = folder / "data"
        self.store = self.folder / "store"
        self.template = self.folder / "template"
        self.files = self.folder / "files"
        self.requests = self.folder / "requests"
        index = self.folder / "pictures.json"
        if not index.exists():
            self.fill(index, say)
        self.pictures = json.loads(index.read_text())

    def fill(self, index, say):
        say("filling the store, once")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.requests.mkdir(parents=True)
        demo = Cameo(self.store, demo=True)
        if demo.stop():
            raise Failed(f"cameo serve --demo: {demo.log.read_text()}")
        pictures = {"small": run_fill(self.store, "small", self.files)}
        look_at_all(self.store)
        shutil.copytree(self.store, self.template)
        for name in ("10k", "100k"):
            pictures[name] = run_fill(self.store, name, self.files)
        look_at_all(self.store)
        os.sync()
        index.write_text(json.dumps(pictures))

    def copy(self):
        """A store of its own to write to, nothing of it waiting to be flushed."""
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.template, copy)
        os.sync()
        return copy

    def all(self):
        return itertools.chain.from_iterable(self.pictures.values())

    def write(self, name, requests):
        return load.write_requests(self.requests / name, requests)

    def image_info(self):
        return self.write("imageinfo", (
            load.request("GET", f"/api/v1/Product/{product}/ImageInfo", TICKET)
            for product, _, _ in self.all()))

    def image_info_xml(self):
        return self.write("imageinfo-xml", (
            load.request("GET", f"/api/v1/Product/{product}/ImageInfo",
                         [*TICKET, ("Accept", "application/xml")])
            for product, _, _ in self.all()))

    def product_image_post(self):
        kind = [("Content-Type", "application/json")]
        return self.write("productimage", (
            load.request("POST", "/rest/1/demo-webhook/catalog.productImage.get", kind,
                         json.dumps({"productId": product, "id": picture}).encode())
            for product, picture, _ in self.all()))

    def product_image_query(self):
        path = "/rest/1/demo-webhook/catalog.productImage.get?productId={}&id={}"
        return self.write("productimage-query", (
            load.request("GET", path.format(product, picture)) for product, picture, _ in self.all()))

    def images(self, name):
        return self.write(f"image-{name}", (
            load.request("GET", f"/api/v1/Product/{product}/Image", TICKET)
            for product, _, _ in self.pictures[name]))

    def images_known(self, name):
        return self.write(f"known-{name}", (
            load.request("GET", f"/api/v1/Product/{product}/Image",
                         TICKET + [("If-None-Match", etag)])
            for product, _, etag in self.pictures[name]))

    def file_images(self, name, etags=None):
        """The same of the server of files; `etags` maps products to what it says of them."""
        return self.write(f"files-{name}" + ("-known" if etags else ""), (
            load.request("GET", f"/{name}/{product}.jpg",
                         TICKET + ([("If-None-Match", etags[product])] if etags else []))
            for product, _, _ in self.pictures[name]))

    def file_etags(self, name):
        """As nginx makes them, of modification time and length."""
        etags = {}
        for product, _, _ in self.pictures[name]:
            stat = (self.files / name / f"{product}.jpg").stat()
            etags[product] = f'"{int(stat.st_mtime):x}-{stat.st_size:x}"'
        return etags

    def puts(self, photos):
        """Bodies are a photograph: what it looks like is found out behind the answers."""
        heads = [("Content-Type", "image/jpeg"), ("Content-Length", PUT_BYTES)]
        requests = self.write("put", (
            load.request("PUT", f"/api/v1/Product/{product}/Image", TICKET + heads)
            for product, _, _ in self.pictures["small"]))
        return requests, photos.small(PUT_BYTES)
