"""Pictures are decoded in processes of their own: somebody kills them, and the service goes on."""

import os
import pathlib
import signal
import threading
import time

import pytest

from pictures import noise, opened
from program import PATIENCE

BOXES_AT_ONCE = 2
RENDITIONS = 200


class Process:
    def __init__(self, pid):
        self.pid = int(pid)
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
        self.name = text[text.index("(") + 1:text.rindex(")")]
        self.state, self.parent = text[text.rindex(")") + 2:].split()[:2]
        self.parent = int(self.parent)


def processes():
    """All there are, by their numbers."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = Process(entry.name)
            except (OSError, ValueError):
                pass  # gone meanwhile
    return found


def family(server):
    """What the server started: zygotes, boxes, and workers of nginx. The keeper, which looks at pictures
    in the background, has a zygote, too, as soon as there is one to look at."""
    everybody = processes()
    keeper = server.process.pid
    own = [one for one in everybody.values() if one.parent == keeper]
    zygotes = [one for one in own if one.name == "cameo-box"]
    boxes = [one for one in everybody.values() if one.parent in {z.pid for z in zygotes}]
    masters = {one.pid for one in own if one.name == "nginx"}
    workers = [one for one in everybody.values() if one.parent in masters]
    return zygotes, boxes, workers


def until(true, what):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def alive(pid):
    try:
        return Process(pid).state != "Z"
    except OSError:
        return False


@pytest.fixture
def one(serve):
    """A server with one worker, and the path of a picture of it."""
    server = serve("--demo", "--workers", "1")
    path = f"Product/{server.record('product')}/Image"
    server.superoffice.put_image(path, noise((400, 300), "JPEG"))
    return server, path


def ask(server, path, width):
    """The rendition, or False for a clear error; anything else fails."""
    answer = server.superoffice.get(f"{path}?w={width}")
    if answer.status == 503:
        assert answer.json["Error"] is not None or answer.json["Message"], answer
        return False
    assert answer.status == 200, answer
    made = opened(answer.body)
    assert made.format == "JPEG" and made.width == width, made
    return True


def test_renditions_go_on_while_boxes_and_zygotes_are_killed(one):
    server, path = one
    server.allow(r"its box was killed|the process that makes boxes has ended"
                 r"|a box ends as soon as it is made|cameo-box ends as soon as")
    widths = iter(range(50, 50 + RENDITIONS))
    lock = threading.Lock()
    came, wrong, killed = [], [], []
    ended = threading.Event()

    def client():
        while True:
            with lock:
                width = next(widths, None)
            if width is None:
                return
            try:
                came.append(ask(server, path, width))
            except Exception as e:  # told below
                wrong.append(e)

    def killer():
        for turn in range(100000):
            if ended.wait(0.02):
                return
            zygotes, boxes, _ = family(server)
            for victim in (zygotes if turn % 10 == 9 else boxes[:1]):
                try:
                    os.kill(victim.pid, signal.SIGKILL)
                    killed.append(victim.pid)
                except ProcessLookupError:
                    pass

    threads = [threading.Thread(target=client) for _ in range(4)]
    killing = threading.Thread(target=killer)
    for thread in threads + [killing]:
        thread.start()
    for thread in threads:
        thread.join()
    ended.set()
    killing.join()

    assert not wrong, wrong[0]
    assert len(came) == RENDITIONS
    assert len(killed) >= 10 and came.count(True) > RENDITIONS / 2, (len(killed), came)
    until(lambda: not any(alive(pid) for pid in killed), "who was killed lives")
    assert all(ask(server, path, width) for width in range(300, 310))


def descriptors(worker):
    links = []
    for entry in pathlib.Path(f"/proc/{worker.pid}/fd").iterdir():
        try:
            links.append(os.readlink(entry))
        except OSError:
            pass
    return links


def test_what_is_killed_leaves_no_zombie_and_no_descriptor(one):
    server, path = one
    server.allow(r"its box was killed|the process that makes boxes has ended")
    assert ask(server, path, 40)
    zygotes, boxes, (worker,) = family(server)
    assert zygotes and boxes
    before = len(descriptors(worker))

    for width in range(60, 80):
        zygotes, boxes, _ = family(server)
        for victim in zygotes if width % 2 else boxes:
            try:
                os.kill(victim.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # it had nothing to do any more
            until(lambda pid=victim.pid: not alive(pid), "it does not die")
        assert ask(server, path, width)

    until(lambda: all(one.state != "Z" for group in family(server) for one in group), "zombies")
    links = descriptors(worker)
    assert len(links) <= before + 2, links
    assert sum("cameo-box-input" in link for link in links) <= BOXES_AT_ONCE


@pytest.mark.parametrize("how", ["stop", "kill keeper", "kill worker"])
def test_nothing_is_left_when_the_server_has_ended(one, how):
    server, path = one
    assert ask(server, path, 40)
    zygotes, boxes, (worker,) = family(server)
    assert zygotes and boxes

    if how == "stop":
        server.stop()
    elif how == "kill keeper":
        server.process.kill()
        server.process.wait()
    else:
        server.allow(r"exited on signal 9")
        os.kill(worker.pid, signal.SIGKILL)

    left = 1 if how == "kill worker" else 0  # the keeper's
    until(lambda: sum(alive(one.pid) for one in zygotes) <= left, "zygotes are left")
    until(lambda: not any(alive(one.pid) and not alive(one.parent) for one in boxes),
          "boxes are left")
    if how == "kill worker":  # there is another, with a zygote of its own
        until(lambda: family(server)[0] and ask(server, path, 41), "no new boxes")
    if how == "kill keeper":
        until(lambda: not alive(worker.pid), "nginx is left")
        server.process = None


def test_before_the_first_picture_nothing_of_a_decoder_is_in_memory(serve):
    server = serve("--workers", "1")
    until(lambda: family(server)[0], "no zygote")
    (zygote,), boxes, _ = family(server)
    assert not boxes
    assert "vips" not in pathlib.Path(f"/proc/{zygote.pid}/maps").read_text()
    assert pathlib.Path(f"/proc/{zygote.pid}/environ").read_bytes() == b""
    open_files = {os.readlink(entry) for entry in pathlib.Path(f"/proc/{zygote.pid}/fd").iterdir()}
    assert not [link for link in open_files
                if not link.startswith(("/dev/null", "socket:", "anon_inode:[signalfd]"))]


def test_a_box_sees_no_file_and_no_socket_but_its_channel(one):
    server, path = one
    assert ask(server, path, 40)
    _, boxes, _ = family(server)
    links = [os.readlink(entry) for entry in pathlib.Path(f"/proc/{boxes[0].pid}/fd").iterdir()]
    assert len(links) == 1 and links[0].startswith("socket:")
    maps = pathlib.Path(f"/proc/{boxes[0].pid}/maps").read_text()
    assert str(server.directory) not in maps and "nginx" not in maps

