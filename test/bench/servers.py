"""The two sides of the comparison, each pinned to one core with one worker."""
import os
import pathlib
import pwd
import signal
import socket
import subprocess
import time

from load import Failed

SERVER_CORE = 0
PROGRAM = pathlib.Path(os.environ.get("CAMEO") or
                       pathlib.Path(__file__).resolve().parents[2] / "build/cameo").resolve()

PEER = """
daemon off;
worker_processes 1;
{user}pid {dir}/nginx.pid;
error_log {dir}/error.log warn;
events {{ worker_connections 4096; accept_mutex off; multi_accept off; }}
http {{
    default_type application/octet-stream;
    types {{ image/jpeg jpg; }}
    access_log off;
    server_tokens off;
    sendfile on;
    tcp_nopush off;
    tcp_nodelay on;
    keepalive_timeout 75s;
    keepalive_requests 1000000;
    client_max_body_size 64m;
    client_body_buffer_size 1m;
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
{servers}}}
"""


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Tree:
    """A server and its processes."""

    def __init__(self, command, pinned=True, **popen):
        pin = ["taskset", "-c", str(SERVER_CORE)] if pinned else []
        self.process = subprocess.Popen(pin + command, **popen)

    def pids(self):
        parents = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    text = pathlib.Path(f"/proc/{entry}/stat").read_text()
                except OSError:
                    continue
                parents[int(entry)] = int(text.rsplit(")", 1)[1].split()[1])
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def cpu_seconds(self):
        total = 0
        for pid in self.pids():
            try:
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:  # a box that has ended: its time is its parent's now
                continue
            total += sum(map(int, fields[11:15]))  # with those of its children that have ended
        return total / os.sysconf("SC_CLK_TCK")

    def cpu_precisely(self):
        """The same by what the scheduler keeps of each thread, to the nanosecond."""
        total = 0
        for pid in self.pids():
            try:
                for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                    total += int((task / "schedstat").read_text().split()[0])
            except OSError:  # a box that has ended
                continue
        return total / 1e9

    def memory(self):
        """MiB of all processes: resident, and with shared pages divided among those who share."""
        sums = {"Rss": 0, "Pss": 0, "Pss_Anon": 0}
        for pid in self.pids():
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
                name, value = line.split()[:2]
                if name.rstrip(":") in sums:
                    sums[name.rstrip(":")] += int(value)
        return {"rss_mib": sums["Rss"] / 1024, "pss_mib": sums["Pss"] / 1024,
                "pss_anon_mib": sums["Pss_Anon"] / 1024, "processes": len(self.pids())}

    def settle(self, seconds=120):
        """Waits until what it does by itself is done: it uses next to no processor time for two seconds.
        False when it does not come to rest."""
        for _ in range(seconds // 2):
            before = self.cpu_precisely()
            time.sleep(2)
            if 0 <= self.cpu_precisely() - before < 0.04:  # less: a box has ended
                return True
        return False

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        status = self.stop()
        if status and failure == (None, None, None):
            raise Failed(f"{self.process.args} ended with {status}")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.wait(60)


class Cameo(Tree):
    def __init__(self, store, demo=False, pinned=True, environment=None):
        self.log = store.with_name(store.name + ".log")
        started = time.perf_counter()
        with self.log.open("w") as log:
            super().__init__([str(PROGRAM), "serve", str(store), "--listen", "127.0.0.1:0",
                              "--workers", "1"] + (["--demo"] if demo else []), pinned,
                             stdout=subprocess.PIPE, stderr=log, env=environment)
        line = self.process.stdout.readline().decode()
        self.ready_ms = (time.perf_counter() - started) * 1000
        if not line.startswith("cameo: ready http://127.0.0.1:"):
            self.stop()
            raise Failed(f"cameo serve {store} did not start: {self.log.read_text()!r}")
        self.port = int(line.rsplit(":", 1)[1])


class Peer(Tree):
    """nginx as it is: fixed answers, and files with and without its cache of open files. `answers`
    maps names to (content type, length)."""

    def __init__(self, folder, files, answers):
        folder.mkdir(parents=True, exist_ok=True)
        ports = free_ports(2 + len(answers))
        listen = "listen 127.0.0.1:{} backlog=1024;"
        server = "    server {{ " + listen + " {} }}\n"
        servers = server.format(ports[0], f"root {files};")
        servers += server.format(ports[1], f"root {files}; open_file_cache max=100000 inactive=60s; "
                                           "open_file_cache_valid 60s;")
        self.files, self.files_cached = ports[:2]
        self.answers = dict(zip(answers, ports[2:]))
        for port, (name, (kind, length)) in zip(ports[2:], answers.items()):
            servers += server.format(port, f"location / {{ types {{ }} default_type '{kind}'; "
                                           f"return 200 '{'x' * length}'; }}")
        user = f"user {pwd.getpwuid(os.geteuid()).pw_name};\n" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(PEER.format(dir=folder, user=user, servers=servers))
        log = folder / "error.log"
        super().__init__(["nginx", "-p", str(folder), "-e", str(log), "-c", str(config)])
        self.wait(ports, log)

    def wait(self, ports, log):
        for port in ports:
            for _ in range(500):
                if self.process.poll() is not None:
                    raise Failed(f"nginx did not start: {log.read_text()}")
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.01)
            else:
                raise Failed("nginx does not listen")
