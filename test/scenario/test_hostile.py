"""A decoder that tries to leave its box (test/hostile), in the place of ours: every attempt is stopped,
costs its own request an error, and nothing else happens."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import tempfile

import pytest

import boxed
import pictures
import program
from clients import check_failure

HONEST, ESCAPED = (0x20, 0xA0, 0x40), (0xFF, 0x00, 0xFF)
ATTACKS = boxed.attacks()
SLOW = [name for name, way in ATTACKS if way == "BY_LIMIT"]
QUICK = [(name, way) for name, way in ATTACKS if way != "BY_LIMIT"]

# What the log says of the box, by the way an attack ends. Of one that lives on it says nothing.
ENDED = "a box is thrown away: "
SAYS = {
    "BY_FILTER": [ENDED + r"its decoder died of SIGSYS"],
    "BY_REFUSAL": [],
    "BY_FAULT": [ENDED + r"its decoder (died of SIG(SEGV|BUS|ILL|TRAP)|ended with status \d+)"],
    # who blocks the signal of the processor's time is killed a second later
    "BY_LIMIT": [ENDED + r"takes more than \d s"],
    "BY_DISBELIEF": [ENDED + r"its decoder (answers what cannot be|made something else of it)"],
}


class Hostile:
    """The service with the hostile decoder."""

    def __init__(self, server, root):
        self.server, self.root = server, root
        self.colours = pictures.colours()
        self.seen = 0
        self.harmless = server.record("person")
        self.attacked = server.record("person")
        server.superoffice.put_image(f"Person/{self.harmless}/Image",
                                     pictures.picture(size=(501, 501)))

    def try_out(self, attack, person=None):
        """The answer to a rendition of the attack's picture, and what it could have changed."""
        person = person or self.attacked
        folder = boxed.Folder(self.root / attack)
        content = boxed.picture_for(attack, folder.path, self.server.process.pid,
                                    self.server.address.port, next(self.colours))
        self.server.superoffice.put_image(f"Person/{person}/Image", content)
        return self.server.superoffice.get(f"Person/{person}/Image?w=16&type=png"), folder

    def news(self):
        """Lines about boxes that the log has got since the last time."""
        lines = (self.server.directory / "log" / "error.log").read_text().splitlines()
        new, self.seen = lines[self.seen:], len(lines)
        return [line for line in new if "box" in line]

    def check_alive(self):
        """An honest rendition of a size that nobody asked for yet; the same processes as before."""
        self.width = getattr(self, "width", 16) % 500 + 1
        answer = self.server.superoffice.get(
            f"Person/{self.harmless}/Image?w={self.width}&h={self.width}&type=png")
        assert answer.status == 200, answer
        assert pictures.opened(answer.body).getpixel((0, 0)) == HONEST
        assert self.server.process.poll() is None
        assert self.server.workers() == self.first_workers

    first_workers = None


def workers_of(server):
    """The processes of nginx; boxes are no child of theirs."""
    def children(pid):
        try:
            text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
        except OSError:
            return []
        return [int(word) for word in text.split()]

    def is_nginx(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/comm").read_text() == "nginx\n"
        except OSError:  # a box, gone meanwhile
            return False

    found = [pid for child in children(server.process.pid) for pid in [child, *children(child)]]
    return sorted(filter(is_nginx, found))


def start(cameo, root, **environment):
    """A server of that program, with limits that the attacks reach soon."""
    server = program.Server(root / "store", "--demo", environment={
        "CAMEO_BOX_MEMORY_MAX": "128M", "CAMEO_BOX_CPU_SECONDS": "1", "CAMEO_BOX_SECONDS": "3",
        **environment})
    server.workers = lambda: workers_of(server)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, "CAMEO", str(cameo))
        return server.start()


@pytest.fixture(scope="module")
def open_folder():
    """Not pytest's own, which is closed to everybody else."""
    with tempfile.TemporaryDirectory(prefix="cameo-hostile-") as name:
        os.chmod(name, 0o755)
        yield pathlib.Path(name)


@pytest.fixture(scope="module")
def cameo(open_folder):
    return boxed.program_with(open_folder / "program", boxed.HOSTILE)


@pytest.fixture(scope="module")
def hostile(open_folder, cameo):
    root = open_folder / "confined"
    root.mkdir()
    server = start(cameo, root)
    service = Hostile(server, root)
    service.first_workers = server.workers()
    service.check_alive()
    yield service
    service.check_alive()
    server.stop()


def check_stopped(answer, folder):
    """An error in the vendor's form, and nothing has changed outside."""
    check_failure(answer, 400)
    assert folder.untouched(), folder.look()


def test_there_are_many_attacks():
    assert len(ATTACKS) >= 40
    assert {way for _, way in ATTACKS} == set(SAYS)


def test_the_list_of_calls_is_the_one_of_the_manual():
    code = (program.ROOT / "src" / "box" / "filter.c").read_text()
    allowed = set(re.findall(r"^    \{ SCMP_SYS\((\w+)\)", code, re.M))
    page = (program.ROOT / "docs" / "confinement.md").read_text()
    table = page.split("## System calls")[1].split("## Limits")[0]
    first = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]

    assert set(re.findall(r"`(\w+)`", " ".join(first))) - {"clone3"} == allowed
    assert len(allowed) <= 25
    assert f"\n{len(allowed)} are allowed" in page


@pytest.mark.parametrize("attack, way", QUICK, ids=[name for name, _ in QUICK])
def test_stopped(hostile, attack, way):
    hostile.news()

    answer, folder = hostile.try_out(attack)

    check_stopped(answer, folder)
    news = hostile.news()
    assert len(news) == len(SAYS[way]), news
    assert all(re.search(said, line) for said, line in zip(SAYS[way], news)), news
    hostile.check_alive()


# What the machines that run the tests may refuse to everybody: modules, another kernel, ports and
# tracing need options of the kernel; the numbers are of no call at all.
REFUSED_OUTSIDE = {"let_trace", "load_module", "load_module_file", "drop_module", "load_kernel",
                   "port_level", "port_rights", "number_unknown", "number_negative", "call_x32",
                   "open_x32"}
# Their success is a signal.
ENDING = {"give_up", "stop_itself"}
REAL = [name for name, way in ATTACKS
        if way == "BY_FILTER" and name not in REFUSED_OUTSIDE | ENDING]


def test_the_attacks_are_real(tmp_path):
    """The same decoder in a process without a box: what the filter stops would be let through."""
    stopped = []
    for name in REAL:
        folder = boxed.Folder(tmp_path / name)
        picture = tmp_path / f"{name}.png"
        picture.write_bytes(boxed.picture_for(name, folder.path, os.getpid(), 1, (1, 2, 3)))
        done = subprocess.run([boxed.OUTSIDE, boxed.HOSTILE, picture], cwd="/", check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=program.PATIENCE)
        if done.returncode != 0:
            stopped.append((name, done.returncode))
    assert stopped == []
    assert len(REAL) >= 150


# These need no new descriptor, so that nothing but the filter is in their way.
LET_THROUGH = ["fork_process", "stat_file", "map_code", "protect_code", "mkdir_folder", "rename_file",
               "chmod_file", "kill_group", "be_dumpable", "share_memory", "trace_me"]


@pytest.fixture(scope="module")
def unconfined(open_folder, cameo):
    """The service where the kernel refuses and the setting says that pictures are decoded anyway."""
    root = open_folder / "unconfined"
    root.mkdir()
    server = start(boxed.unconfinable(open_folder, cameo), root, CAMEO_BOX_UNCONFINED="yes")
    yield Hostile(server, root)
    server.stop()


@pytest.mark.parametrize("attack", LET_THROUGH)
def test_without_the_filter_it_is_let_through(unconfined, attack):
    answer, folder = unconfined.try_out(attack)

    assert answer.status == 200, answer
    assert pictures.opened(answer.body).getpixel((0, 0)) == ESCAPED
    assert folder.untouched() == (attack not in ("mkdir_folder", "rename_file", "chmod_file"))


@pytest.fixture(scope="module")
def slow_answers(hostile):
    """All that wait for a limit at once: two boxes are at work at a time."""
    hostile.news()
    with concurrent.futures.ThreadPoolExecutor(len(SLOW)) as pool:
        persons = [hostile.server.record("person") for _ in SLOW]
        answers = dict(zip(SLOW, pool.map(hostile.try_out, SLOW, persons)))
    thrown = [line for line in hostile.news() if ENDED in line]
    assert len(thrown) == len(SLOW), thrown
    assert all(re.search(SAYS["BY_LIMIT"][0], line) for line in thrown), thrown
    return answers


@pytest.mark.parametrize("attack", SLOW)
def test_stopped_by_a_limit(hostile, slow_answers, attack):
    answer, folder = slow_answers[attack]

    check_stopped(answer, folder)
    hostile.check_alive()
