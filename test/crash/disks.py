"""A model of what a file system promises, and the disks that a power cut could leave under it.

What is counted on, and nothing else:

- `fsync` and `fdatasync` of a file: whatever any process had written to it before the call began is on
  the disk when the call returns, with a size that reaches it. A file that became shorter is so for
  certain only after `fsync`: after `fdatasync` its former end may come back.
- a write through O_DSYNC or RWF_DSYNC: its own bytes, and a size that reaches them; nothing else.
- `fsync` of a folder (SQLite calls `fdatasync`): the names made, removed and renamed in it before the
  call began. A synced file whose name is not synced may be gone; a synced name may lead to a file with
  nothing in it.
- `rename` is done or undone, never half: the new name leads to the one file or to the other.
- a sector of 512 bytes is written whole or not at all, and bytes that nobody wrote keep their value.

Everything between two syncs may be on the disk or not, in any mixture: each page of 4 KiB by itself,
each of its sectors in any of the states it went through, each size the file ever had, each name by
itself, without any order between files or within one. Where a size is there and the bytes are not, they
read as zeros. Files written to through shared memory may hold anything.
"""
import os

import journal as j

PAGE = 4096
SECTOR = 512

STYLES = ["none", "all", "prefix", "pages", "pages", "torn", "torn", "files", "files", "one", "but one"]


class Pending:
    """One change of a file's content that no sync has promised yet."""
    __slots__ = ("number", "kind", "offset", "data", "size")

    def __init__(self, number, kind, offset=0, data=b"", size=0):
        self.number = number    # of its entry in the journal
        self.kind = kind
        self.offset = offset
        self.data = data
        self.size = size        # SIZE, GROW: the size it asks for; ZERO: how many bytes


class File:
    def __init__(self):
        self.content = bytearray()  # as promised
        self.former = None          # what it held before it became shorter, as long as that may come back
        self.pending = []
        self.mapped = False

    def apply(self, change):
        content = self.content
        if change.kind == j.WRITE:
            end = change.offset + len(change.data)
            if len(content) < change.offset:
                content.extend(bytes(change.offset - len(content)))
            content[change.offset:end] = change.data
        elif change.kind == j.SIZE:
            if change.size < len(content):
                del content[change.size:]
            else:
                content.extend(bytes(change.size - len(content)))
        elif change.kind == j.GROW:
            content.extend(bytes(max(change.size - len(content), 0)))
        else:
            end = min(change.offset + change.size, len(content))
            if end > change.offset:
                content[change.offset:end] = bytes(end - change.offset)

    def promise(self, before, data_only):
        """A sync that began with entry `before` has come back."""
        left = []
        for change in self.pending:
            if change.number >= before:
                left.append(change)
                continue
            if change.kind == j.SIZE and change.size < len(self.content) and not self.former:
                self.former = bytes(self.content)
            self.apply(change)
        self.pending = left
        if not data_only:
            self.former = None

    def promise_range(self, offset, length):
        """The write just before was one that waits for the disk: it alone is there."""
        change = self.pending.pop()
        assert change.kind == j.WRITE and (change.offset, len(change.data)) == (offset, length)
        self.apply(change)

    def size_after(self, size, change):
        if change.kind == j.WRITE:
            return max(size, change.offset + len(change.data))
        if change.kind == j.SIZE:
            return change.size
        if change.kind == j.GROW:
            return max(size, change.size)
        return size

    def pages(self):
        """Of each page that is in doubt, what was written to it, in order: (offset in page, bytes)."""
        touched = {}
        size = len(self.content)
        for change in self.pending:
            if change.kind == j.WRITE:
                add_pages(touched, change.offset, change.data)
            elif change.kind == j.ZERO:
                add_pages(touched, change.offset, bytes(max(min(change.size, size - change.offset), 0)))
            elif change.kind == j.SIZE and change.size < size:
                add_pages(touched, change.size, bytes(size - change.size))
            size = self.size_after(size, change)
        return touched

    def build(self, style, rng):
        """Content that a cut may leave."""
        out = File()
        out.content = bytearray(self.content)
        if self.former and rng.random() < 0.5 and len(self.former) > len(out.content):
            out.content.extend(self.former[len(out.content):])
        if style == "none" or not self.pending:
            return out.content
        if style in ("all", "prefix"):
            some = self.pending if style == "all" else self.pending[:rng.randint(0, len(self.pending))]
            for change in some:
                out.apply(change)
            return out.content
        return self.build_pages(out.content, style, rng)

    def build_pages(self, content, style, rng):
        sizes = [len(content)]
        for change in self.pending:
            sizes.append(self.size_after(sizes[-1], change))
        pages = self.pages()
        size = rng.choice(sizes) if rng.random() < 0.3 else sizes[-1]
        content.extend(bytes(max(max(sizes) - len(content), 0)))
        chosen = rng.choice(sorted(pages)) if pages else None
        share = rng.choice([0.1, 0.5, 0.5, 0.9])
        for number, writes in sorted(pages.items()):
            if style in ("one", "but one"):
                versions = [len(writes) if (number == chosen) == (style == "one") else 0] * (PAGE // SECTOR)
            elif style == "torn" and rng.random() < 0.5:
                versions = [rng.randint(0, len(writes)) for _ in range(PAGE // SECTOR)]
            else:
                version = len(writes) if rng.random() < share else rng.randint(0, len(writes) - 1)
                versions = [version] * (PAGE // SECTOR)
            write_page(content, number, writes, versions)
        if size < len(content):
            del content[size:]
        return content


def add_pages(touched, offset, data):
    view = memoryview(data)
    while len(view):
        number, inside = divmod(offset, PAGE)
        part = view[:PAGE - inside]
        touched.setdefault(number, []).append((inside, part))
        offset += len(part)
        view = view[len(part):]


def write_page(content, number, writes, versions):
    """Each sector as it was after its version's number of writes."""
    start = number * PAGE
    page = bytearray(content[start:start + PAGE].ljust(PAGE, b"\0"))
    states = [bytes(page)]
    for inside, part in writes:
        page[inside:inside + len(part)] = part
        states.append(bytes(page))
    end = min(PAGE, len(content) - start)
    mixed = b"".join(states[version][i * SECTOR:(i + 1) * SECTOR] for i, version in enumerate(versions))
    if end > 0:
        content[start:start + end] = mixed[:end]


class NameChange:
    """Names that lead to something else from now on, each with the folders that have to be synced."""
    __slots__ = ("number", "names", "folders")

    def __init__(self, number, names):
        self.number = number
        self.names = names  # [(path, File, None for a folder, or GONE)]
        self.folders = {os.path.dirname(path) for path, _ in names}


GONE = object()


class Disk:
    """The folder `root`, empty and promised at the beginning."""

    def __init__(self, root, ino):
        self.root = root
        self.names = {}             # path -> File, or None for a folder: as promised
        self.now = {}               # … and as every process sees them
        self.changes = []
        self.files = {}             # inode -> File
        self.folders = {ino: root}  # inode -> path
        self.begun = {}             # (pid, thread) -> number of the sync it waits for

    def load(self):
        """Takes what is in the folder now for promised: what a cut has left is on the disk."""
        for at, folders, files in os.walk(self.root):
            for name in folders:
                path = os.path.join(at, name)
                self.folders[os.stat(path).st_ino] = path
                self.names[path] = None
            for name in files:
                path = os.path.join(at, name)
                self.names[path] = self.files[os.stat(path).st_ino] = File()
                with open(path, "rb") as file:
                    self.names[path].content = bytearray(file.read())
        self.now = dict(self.names)

    def play(self, number, entry):
        """Takes in one entry of the journal."""
        kind = entry.kind
        if kind == j.WRITE:
            self.files[entry.ino].pending.append(Pending(number, kind, entry.offset, entry.payload))
        elif kind in (j.SIZE, j.GROW):
            self.files[entry.ino].pending.append(Pending(number, kind, size=entry.offset))
        elif kind == j.ZERO:
            self.files[entry.ino].pending.append(Pending(number, kind, entry.offset, size=entry.extra))
        elif kind == j.SYNCED_AT:
            self.files[entry.ino].promise_range(entry.offset, entry.extra)
        elif kind == j.SYNC:
            self.begun[entry.extra] = number
        elif kind == j.SYNCED:
            self.synced(entry, self.begun.pop(entry.extra))
        elif kind == j.MAPPED:
            self.files[entry.ino].mapped = True
        elif kind != j.MARK:
            self.rename(number, entry)

    def rename(self, number, entry):
        paths = entry.payload.decode().split("\0")
        if entry.kind == j.MADE:
            self.files[entry.ino] = File()
            names = [(paths[0], self.files[entry.ino])]
        elif entry.kind == j.FOLDER:
            self.folders[entry.ino] = paths[0]
            names = [(paths[0], None)]
        elif entry.kind == j.REMOVED:
            names = [(paths[0], GONE)]
        else:
            what = self.now[paths[0]]
            if what is None:
                raise ValueError("the model renames no folders")
            names = [(paths[1], what)] + ([(paths[0], GONE)] if entry.kind == j.RENAMED else [])
        change = NameChange(number, names)
        self.changes.append(change)
        set_names(self.now, change)

    def synced(self, entry, before):
        if entry.ino in self.files:
            self.files[entry.ino].promise(before, entry.data_only)
            return
        folder = self.folders[entry.ino]
        left = []
        for change in self.changes:
            if change.number < before:
                change.folders.discard(folder)
            if change.folders:
                left.append(change)
            else:
                set_names(self.names, change)
        self.changes = left

    def choose_names(self, style, rng):
        names = dict(self.names)
        end = rng.randint(0, len(self.changes)) if style == "prefix" else len(self.changes)
        for i, change in enumerate(self.changes):
            if style in ("all", "prefix"):
                done = i < end
            else:
                done = style != "none" and rng.random() < 0.5
            if done:
                set_names(names, change)
        return {path: what for path, what in names.items() if self.is_reachable(path, names)}

    def is_reachable(self, path, names):
        folder = os.path.dirname(path)
        return folder == self.root or (folder in names and names[folder] is None and
                                       self.is_reachable(folder, names))

    def build(self, target, style, rng):
        """Writes one of the disks that a cut may leave now into the new folder `target`."""
        os.mkdir(target)
        names = self.choose_names(rng.choice(["none", "all", "random", "random"])
                                  if style in ("pages", "torn", "files", "one", "but one") else style, rng)
        written = {}
        for path, what in sorted(names.items()):
            place = target + path[len(self.root):]
            if what is None:
                os.mkdir(place)
                continue
            if id(what) not in written:
                written[id(what)] = self.content_of(what, style, rng)
            with open(place, "wb", buffering=0) as file:
                file.write(written[id(what)])

    def content_of(self, file, style, rng):
        if style == "files":
            style = rng.choice(["none", "all"])
        content = file.build(style, rng)
        if file.mapped:
            fill = rng.choice(["kept", "zeros", "noise"])
            if fill == "zeros":
                content = bytes(len(content))
            elif fill == "noise":
                content = rng.randbytes(len(content))
        return content

    def differences(self):
        """Everything played, is the folder what the model says? Lines of what differs."""
        problems = []
        there = {}
        for folder, folders, files in os.walk(self.root):
            for name in folders:
                there[os.path.join(folder, name)] = None
            for name in files:
                there[os.path.join(folder, name)] = name
        for path in sorted(set(there) ^ set(self.now)):
            problems.append(f"{path} is {'' if path in there else 'not '}there")
        for path, what in self.now.items():
            if what is None or what.mapped or path not in there:
                continue
            last = File()
            last.content = bytearray(what.content)
            for change in what.pending:
                last.apply(change)
            with open(path, "rb") as file:
                if file.read() != last.content:
                    problems.append(f"{path} is not what was written to it")
        return problems


def set_names(names, change):
    for path, what in change.names:
        if what is GONE:
            names.pop(path, None)
        else:
            names[path] = what
