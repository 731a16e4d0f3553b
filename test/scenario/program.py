"""The program `cameo`: its commands, and the life of a server and what must hold at its end."""

import base64
import json
import os
import pathlib
import queue
import re
import signal
import subprocess
import threading
import urllib.parse

import clients
from wire import Address

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAMEO = os.environ.get("CAMEO", str(ROOT / "build" / "cameo"))
PATIENCE = 60  # seconds until a program that does not answer is taken for hung

BAD_LINE = re.compile(r"\[(error|crit|alert|emerg)\]")
SANITIZER = re.compile(r"(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error:")


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def text(self):
        return self.out.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.text)

    def __repr__(self):
        return f"<exit {self.code} out {self.out[:400]!r} err {self.err[:400]!r}>"


def cameo(*arguments, stdin=b""):
    """Runs one command to its end."""
    done = subprocess.run([CAMEO, *map(str, arguments)], input=stdin, capture_output=True,
                          timeout=PATIENCE, check=False)
    return Result(done.returncode, done.stdout, done.stderr)


def refused(code, *arguments, stdin=b"", says=b""):
    """The command must fail with that code, say so on stderr in one line, and print nothing."""
    result = cameo(*arguments, stdin=stdin)
    assert result.code == code, result
    assert result.out == b"" and result.err.startswith(b"cameo: "), result
    assert says in result.err, result
    return result


class Store:
    """The commands on one data directory. Each must succeed; `cameo` is for those that must not."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.secrets = set()

    def run(self, command, verb, *arguments, stdin=b""):
        result = cameo(command, verb, self.directory, *arguments, stdin=stdin)
        assert result.code == 0, (command, verb, arguments, result)
        return result

    def record(self, kind, name="A record of a test", **options):
        """Makes a record and gives its id."""
        extra = [word for key, value in options.items()
                 for word in (f"--{key.replace('_', '-')}", str(value))]
        return self.run("record", "add", kind, name, "--json", *extra).json["id"]

    def user(self, name, role, password):
        """Makes a user and gives its id."""
        self.hide(password, clients.basic(name, password).split()[1])
        return self.run("user", "add", name, "--role", role, "--json",
                        stdin=password.encode() + b"\n").json["id"]

    def key(self, kind, user, *options):
        """Makes a ticket, token or webhook; gives its id and its secret."""
        shown = self.run("key", kind, user, "--json", *options).json
        self.hide(shown["secret"])
        return shown["id"], shown["secret"]

    def hide(self, *secrets):
        """Words that must not be found anywhere when the server has ended."""
        self.secrets.update(secrets)

    def check(self):
        result = cameo("check", self.directory)
        assert result.code == 0, result
        return result


class Server(Store):
    """`cameo serve` on a directory; `with` starts it; at its end it must have been faultless."""

    def __init__(self, directory, *arguments, environment=None):
        super().__init__(directory)
        self.environment = {**os.environ, **(environment or {})}
        self.arguments = list(map(str, arguments))
        self.allowed = []  # patterns of log lines that the tests provoked
        self.addresses = []
        self.said = []  # lines of stdout
        self.process = None
        self.lines = None
        self.errors = self.directory.parent / (self.directory.name + ".stderr")
        for secret in (clients.DEMO_TICKET, clients.DEMO_TOKEN, clients.DEMO_AUTH, "demo-webhook",
                       "reader-webhook"):
            self.hide(secret)
        for user, password in (("demo", "demo"), ("reader", "reader"), ("7T:demo", "")):
            self.hide(clients.basic(user, password).split()[1])

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        self.stop(faultless=kind is None)

    @property
    def address(self):
        return self.addresses[0]

    @property
    def superoffice(self):
        return clients.SuperOffice(self.address)

    @property
    def reader(self):
        return clients.SuperOffice(self.address, clients.basic("reader", "reader"))

    @property
    def bitrix24(self):
        return clients.Bitrix24(self.address)

    def start(self):
        """Returns when every listener is ready."""
        arguments = self.arguments
        if not any(word.startswith("--listen") for word in arguments):
            arguments = arguments + ["--listen", "127.0.0.1:0"]
        listeners = sum(word.startswith("--listen") for word in arguments)
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(
                [CAMEO, "serve", str(self.directory), *arguments], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
                env=self.environment)
        lines = queue.Queue()
        threading.Thread(target=follow, args=(self.process.stdout, lines), daemon=True).start()
        self.addresses, self.said = [], []
        while len(self.addresses) < listeners:
            try:
                line = lines.get(timeout=PATIENCE)
            except queue.Empty:
                line = None
            if line is None:
                self.kill()
                raise AssertionError(f"not ready: {self.said} {self.errors.read_text()[-4000:]}")
            self.said.append(line)
            if line.startswith("cameo: ready "):
                self.addresses.append(Address(line.split()[2], self.certificate))
        self.lines = lines
        return self

    @property
    def certificate(self):
        """Where --self-signed says the certificate lies."""
        words = " ".join(self.said + self.errors.read_text().splitlines()).split()
        files = [word.strip("'\",:;()") for word in words]
        return next((word for word in files if word.endswith((".pem", ".crt"))
                     and "key" not in os.path.basename(word)), None)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def wait(self):
        """Waits for the end and gives the exit status."""
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("SIGTERM did not end the server") from None
        if self.lines is not None:
            self.said += iter(self.lines.get, None)
            self.lines = None
        return status

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def stop(self, faultless=True):
        """SIGTERM; the exit status, the store, the logs and the secrets must be in order."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.terminate()
        status = self.wait()
        self.process = None
        if faultless:
            assert status == 0, (status, self.errors.read_text()[-4000:])
            self.check()
            self.check_logs()
            self.check_secrets()

    def restart(self):
        self.stop()
        return self.start()

    def allow(self, pattern):
        """A log line above [warn] that the test provokes on purpose."""
        self.allowed.append(re.compile(pattern))

    def logs(self):
        yield self.errors
        yield from self.directory.rglob("*.log")

    def check_logs(self):
        for log in self.logs():
            for line in log.read_text("utf-8", "replace").splitlines():
                assert not SANITIZER.search(line), f"{log}: {line}"
                if BAD_LINE.search(line):
                    assert any(pattern.search(line) for pattern in self.allowed), f"{log}: {line}"

    def check_secrets(self):
        """No file of the server holds a secret as text, as base64 or percent-encoded."""
        words = {form.encode() for secret in self.secrets if len(secret) > 5
                 for form in (secret, urllib.parse.quote(secret, safe=""),
                              base64.b64encode(secret.encode()).decode())}
        files = [path for path in self.directory.rglob("*") if path.is_file()] + [self.errors]
        for path in files:
            content = path.read_bytes()
            for word in words:
                assert word not in content, f"{path} holds {word!r}"


def follow(stream, lines):
    for line in stream:
        lines.put(line.decode("utf-8", "replace").rstrip("\n"))
    lines.put(None)
