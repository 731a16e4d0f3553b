"""power - the power goes at a moment between two calls; what is then on the disk is opened.

crash_drive writes to a store under crash_shim.so as one of its scenarios says. At each boundary of a
sync (before it begins, before it returns, after it), at each acknowledgement and at random moments in
between, disks.py builds one of the disks that may be left, and crash_look opens it with the program's
own code: everything acknowledged must be there and whole, nothing acknowledged as deleted may be back,
`cameo check` must be content, and (at every third) one more write must work and harm nothing. Now and then
the program goes on from such a disk, and the power goes again while it recovers and writes.
"""
import os
import random
import shutil
import subprocess

import disks
import journal as j
import lab

SHORT = 1000      # cuts over all scenarios; with N every boundary has one, and there are N at least
WRITE_EVERY = 3   # with a further write
AGAIN_EVERY = 40  # goes on from such a disk, and the power goes again
AGAIN = 6         # so many times
CHECK_EVERY = 50  # with `cameo check` itself beside its function
KEPT = lab.SOURCE / "build/crashlab"  # journals of scenarios that failed


def scenarios():
    return subprocess.run([lab.program("crash_drive")], check=True, capture_output=True,
                          text=True).stdout.split()


def record(scenario, seed, root, ended=0):
    """Runs the scenario in the folder `root` and returns its journal; it has to end with `ended`."""
    path = root + ".journal"
    environment = dict(os.environ, LD_PRELOAD=lab.program("crash_shim.so"), CRASH_ROOT=root,
                       CRASH_JOURNAL=path)
    done = subprocess.run([lab.program("crash_drive"), os.path.join(root, "store"), scenario, str(seed)],
                          env=environment, capture_output=True, text=True, timeout=120)
    if done.returncode != ended:
        raise RuntimeError(f"{scenario}: crash_drive ended with {done.returncode}: {done.stderr.strip()}")
    return path


def moments(entries):
    """Where power may go: the number of entries played by then. Boundaries first."""
    boundaries = set()
    others = []
    may_cut = False
    for number, entry in enumerate(entries):
        may_cut = may_cut or (entry.kind == j.MARK and entry.payload == b"cut")
        if not may_cut:
            continue
        if entry.kind == j.SYNC:
            boundaries.add(number)
        elif entry.kind in (j.SYNCED, j.SYNCED_AT):
            boundaries |= {number, number + 1}
        elif entry.kind == j.MARK and entry.payload.startswith(b"done"):
            boundaries.add(number + 1)
        else:
            others.append(number)
    return sorted(boundaries), others


def choose(boundaries, others, count, whole, rng):
    """`count` moments: every boundary once (`whole`: whatever the count), then again and between."""
    chosen = list(boundaries)
    if len(chosen) > count and not whole:
        chosen = rng.sample(chosen, count)
    while len(chosen) < count:
        chosen.append(rng.choice(boundaries if rng.random() < 0.7 or not others else others))
    return sorted(chosen)


def remains(folder, book):
    """Bytes of pictures that were given back: lines."""
    problems = []
    packs = os.path.join(folder, "packs")
    for name in os.listdir(packs):
        with open(os.path.join(packs, name), "rb") as file:
            data = file.read()
        problems += [f"bytes of picture {seed}, given back, are in {name}" for seed in sorted(book.gone)
                     if lab.noise(seed) in data]
    return problems


def restore(look, folder, target):
    """What is in the newest backup: a Seen, or why there is none."""
    done = subprocess.run([lab.program("cameo"), "restore", os.path.join(os.path.dirname(folder), "backup"), target],
                          capture_output=True, text=True, env={**os.environ, "CAMEO_ENCRYPTION_KEY": lab.KEY})
    return look.at(target)[0] if done.returncode == 0 else done.stdout + done.stderr


def of_backup(look, folder, book):
    """The backup that was acknowledged comes back, or the one that was just being made."""
    target = folder + ".restored"
    seen = restore(look, folder, target)
    shutil.rmtree(target, ignore_errors=True)
    if isinstance(seen, str):
        return [f"no backup: {seen}"] if book.backed is not None else []
    if seen.complaints() or seen.pages in (book.backed, book.backing):
        return [f"restored: {line}" for line in seen.complaints()]
    return [f"restored is '{seen.pages}', neither '{book.backed}' nor '{book.backing}'"]


def of_restore(look, folder, book):
    """A restore that the cut broke off has left no store that anything opens, or all of it; and can be begun again."""
    if not os.path.exists(os.path.join(folder, "meta.db")):
        seen = restore(look, folder, folder)
        if isinstance(seen, str):
            return [f"not restored: {seen}"]
    else:
        seen = look.at(folder)[0]
    return seen.complaints() + ([] if seen.pages == book.may else [f"restored is '{seen.pages}', not '{book.may}'"])


def judge(look, folder, book, more):
    """What is wrong with this disk: lines."""
    if book.is_restored:
        return of_restore(look, folder, book)
    problems = remains(folder, book) if book.gone else []
    if book.backed is not None or book.backing is not None:
        problems += of_backup(look, folder, book)
    seen = look.at(folder, create=not book.is_open, more=more)
    problems += seen[0].complaints() + book.differences(seen[0].pages)
    if len(seen) == 2:
        problems += [f"after one more write: {line}" for line in seen[1].complaints()]
        for number in sorted(set(seen[0].pages) | set(seen[1].pages)):
            if seen[0].pages.get(number) != seen[1].pages.get(number):
                problems.append(f"one more write changed record {number} from "
                                f"'{seen[0].pages.get(number)}' to '{seen[1].pages.get(number)}'")
    elif more and not problems:
        problems.append("nothing could be written any more")
    return problems


def really_checked(folder):
    done = subprocess.run([lab.program("cameo"), "check", folder], capture_output=True, text=True,
                          env={**os.environ, "CAMEO_ENCRYPTION_KEY": lab.KEY})
    return [] if done.returncode == 0 else [f"cameo check: {done.stdout}{done.stderr}"]


class Run:
    """One scenario."""

    def __init__(self, scenario, seed, folder, report):
        self.scenario = scenario
        self.seed = seed
        self.folder = folder
        self.report = report
        self.cuts = self.lost = self.twice = 0

    def keep(self, path):
        KEPT.mkdir(parents=True, exist_ok=True)
        return shutil.copy(path, KEPT / f"{self.scenario}-{self.seed}.journal")

    def cut(self, disk, book, number, at, look):
        """Builds a disk and opens it."""
        rng = random.Random(f"{self.seed}.{self.scenario}.{number}")
        style = disks.STYLES[number % len(disks.STYLES)]
        target = os.path.join(self.folder, "cut")
        disk.build(target, style, rng)
        store = os.path.join(target, "store")
        problems = judge(look, store, book, number % WRITE_EVERY == 0)
        if not problems and self.cuts % CHECK_EVERY == 0 and os.path.isdir(store):
            problems = really_checked(store)
        shutil.rmtree(target)
        self.cuts += 1
        if problems:
            self.lost += 1
            self.report.failed(f"{self.scenario}, cut {number} at entry {at} ({style}): {problems[0]}"
                               + (f" and {len(problems) - 1} more" if len(problems) > 1 else ""))
        else:
            self.report.passed()

    def again(self, disk, name, rng, look):
        """Another such disk is opened and written to, and the power goes once more meanwhile: what was
        seen after the first time must still be there."""
        root = os.path.join(self.folder, "again")
        disk.build(root, rng.choice(disks.STYLES), rng)
        shutil.copytree(root, root + ".copy")
        seen = look.at(os.path.join(root + ".copy", "store"))[0]
        shutil.rmtree(root + ".copy")
        if seen.complaints():
            self.report.failed(f"{name}: {seen.complaints()[0]}")
        else:
            second = disks.Disk(root, os.stat(root).st_ino)
            second.load()
            book = lab.Book()
            book.must = dict(seen.pages)
            book.is_open = True
            path = record("afterwards", rng.randrange(1 << 60), root)
            one = Run(name, self.seed, self.folder, self.report)
            one.run(j.read(path), second, book, AGAIN, False, look)
            self.twice += one.cuts
            self.lost += one.lost
            os.unlink(path)
        shutil.rmtree(root)

    def run(self, entries, disk, book, count, whole, look):
        rng = random.Random(f"{self.seed}.{self.scenario}")
        boundaries, others = moments(entries)
        chosen = choose(boundaries, others, count, whole, rng)
        number = 0
        for at in range(len(entries) + 1):
            while number < len(chosen) and chosen[number] == at:
                self.cut(disk, book, number, at, look)
                number += 1
                if number % AGAIN_EVERY == 0 and book.is_open and os.path.basename(disk.root) != "again":
                    self.again(disk, f"{self.scenario}, after cut {number}", rng, look)
            if at < len(entries):
                disk.play(at, entries[at])
                if entries[at].kind == j.MARK:
                    book.take(entries[at].payload.decode())
        for line in disk.differences():
            self.report.failed(f"{self.scenario}: the journal is not what happened: {line}")
        return book, len(boundaries)


def run(seed, count, report, *names):
    names = names or scenarios()
    total = count or SHORT
    syncs = acknowledged = lost = boundaries = twice = 0
    with lab.Look() as look:
        for i, name in enumerate(report.each(names)):
            with lab.workplace() as folder:
                root = os.path.join(folder, "root")
                os.mkdir(root)
                path = record(name, (seed * 1000 + i) % (1 << 60), root)
                entries = j.read(path)
                one = Run(name, seed, folder, report)
                share = total * (i + 1) // len(names) - total * i // len(names)
                disk = disks.Disk(root, os.stat(root).st_ino)
                book, found = one.run(entries, disk, lab.Book(), share, bool(count), look)
                syncs += sum(entry.kind in (j.SYNCED, j.SYNCED_AT) for entry in entries)
                acknowledged += book.acknowledged
                boundaries += found
                lost += one.lost
                twice += one.twice
                if one.lost:
                    print(f"power: its journal is kept as {one.keep(path)}; see it again by "
                          f"./dev crashlab power SEED={seed} N={total}", flush=True)
    report.row(f"{len(names)} scenarios, {acknowledged} acknowledged writes, {syncs} syncs with "
               f"{boundaries} boundaries: {report.tries} power cuts, {twice} of them the second in a row, {lost} with anything lost, torn or back")
