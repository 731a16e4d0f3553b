"""torn - the last pack of a closed store is cut off at each of its last 65,536 bytes.

So many bytes shorter than the rows say a pack can only be when a disk has lied, or a copy broke off.
Then nothing may come out but whole pictures: each one that lies wholly before the cut comes out, each
other fails to be read, `cameo check` finds exactly those, and a further write goes into another pack.
"""
import os
import random
import sqlite3
import subprocess

import flips
import lab

SHORT = 400
LAST = 65536
WRITE_EVERY = 16    # with a further write


def make(folder, seed):
    store = os.path.join(folder, "store")
    subprocess.run([lab.program("crash_drive"), store, "last-pack", str(seed)], check=True,
                   env={key: value for key, value in os.environ.items() if key != "CAMEO_PLANTED"})
    return store


def lengths(end, count, rng):
    """Of the cut-off pack: all of them, or some, with the edges; `end` is where its records end."""
    every = range(max(end - LAST, 0), end)
    if not count:
        count = SHORT
    if count >= len(every):
        return every
    return sorted({every[0], every[-1]} | set(rng.sample(every, count - 2)), reverse=True)


def ends(path):
    """The last pack, where its records end, and where each record's picture ends in it."""
    db = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    volume, end = db.execute("SELECT no, end FROM volume ORDER BY no DESC").fetchone()
    found = db.execute("SELECT l.record_id, b.offset + b.stored_bytes FROM link l"
                       " JOIN picture p ON p.id = l.picture_id JOIN blob b ON b.id = p.blob_id"
                       " WHERE b.volume = ?", (volume,)).fetchall()
    db.close()
    return volume, end, dict(found)


def judge(seen, truth, of_record, length):
    """What is wrong: lines."""
    problems = [f"wrong bytes of {line}" for line in seen.wrong] + seen.failed
    lost = {record for record, end in of_record.items() if end > length}
    for record, page in truth.items():
        got = seen.pages.get(record, "-")
        if record not in lost and got != page:
            problems.append(f"record {record} is '{got}', not '{page}'")
        if record in lost and lab.seeds(got):
            problems.append(f"record {record} has a picture that is cut off: '{got}'")
    if len(seen.unread) != len(lost):
        problems.append(f"{len(seen.unread)} pictures could not be read, {len(lost)} are cut off")
    blobs = [line for line in seen.problem if line.startswith("blob ")]
    if len(blobs) != len(lost):
        problems.append(f"the check found {len(blobs)} broken, {len(lost)} are cut off: {seen.problem}")
    return problems


def run(seed, count, report):
    rng = random.Random(f"{seed}.torn")
    with lab.workplace() as folder, lab.Look() as look:
        store = make(folder, seed)
        whole = flips.contents(store)
        truth = look.at(store)[0]
        if truth.complaints() or len(truth.pages) < 10:
            raise RuntimeError(f"the store is not whole to begin with: {truth.complaints()}")
        volume, end, of_record = ends(os.path.join(store, "meta.db"))
        name = f"packs/{volume:06}.pack"
        for number, length in enumerate(report.each(lengths(end, count, rng))):
            more = number % WRITE_EVERY == 0
            flips.restore(store, whole | {name: whole[name][:length]})
            seen = look.at(store, more=more)
            problems = judge(seen[0], truth.pages, of_record, length)
            if len(seen) != 1 + more or seen[-1].failed:
                problems.append("nothing could be written any more")
            elif seen[-1].pages != seen[0].pages:
                problems.append("one more write changed what was there")
            if problems:
                report.failed(f"cut to {length} bytes: {problems[0]}")
            else:
                report.passed()
    report.row(f"{report.tries} lengths of the last pack, {end:,} bytes with "
               f"{len(of_record)} pictures: {report.failures} with a wrong byte, a whole picture lost or a "
               "cut-off one not found")
