"""An event handler on this machine: takes what is posted and answers as it is told to."""

import collections
import http.server
import queue
import threading
import urllib.parse

PATIENCE = 30  # seconds for an event that must come
TOKEN = "token-of-the-receiver"

Call = collections.namedtuple("Call", "path headers form")


class Receiver:
    """`with` listens. `calls` are taken off in the order they came; `answers` are given out one by
    one before 200: a status, or a function of the call that gives one."""

    def __init__(self, host="127.0.0.1", port=0):
        self.queue, self.answers = queue.Queue(), collections.deque()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                text = self.rfile.read(length).decode("ascii")
                pairs = urllib.parse.parse_qsl(text, keep_blank_values=True, strict_parsing=True)
                assert len(dict(pairs)) == len(pairs), pairs
                call = Call(self.path, dict(self.headers), dict(pairs))
                answer = outer.answers.popleft() if outer.answers else 200
                outer.queue.put(call)
                status, headers, body = answer(call) if callable(answer) else (answer, {}, b"")
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # it does not want to hear all of it

            do_GET = do_POST

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server((host, port), Handler)
        self.port = self.server.server_port
        self.url = f"http://{host}:{self.port}/hook?secret=behind-the-mark"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def environment(self, *others, **settings):
        urls = [self.url, *(one.url for one in others)]
        hosts = [f"127.0.0.1:{one.port}" for one in (self, *others)]
        return {"CAMEO_EVENT_URL": " ".join(urls), "CAMEO_EVENT_TOKEN": TOKEN,
                "CAMEO_EVENT_HOSTS": " ".join(hosts), "CAMEO_EVENT_RETRY_SECONDS": "1",
                **{f"CAMEO_{name.upper()}": str(value) for name, value in settings.items()}}

    def take(self):
        """The next call, whole."""
        return self.queue.get(timeout=PATIENCE)

    def event(self):
        """The next event: its last word, and the product."""
        form = self.take().form
        assert form["auth[application_token]"] == TOKEN
        return form["event"].rsplit(".", 1)[1], int(form["data[FIELDS][ID]"])

    def expect(self, *events):
        assert [self.event() for _ in events] == list(events)

    def nothing_more(self):
        assert self.queue.empty(), self.queue.get()
