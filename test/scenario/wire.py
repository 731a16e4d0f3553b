"""HTTP as bytes: ordinary requests by http.client, everything malformed by a plain socket."""

import gzip
import http.client
import json
import socket
import ssl
import urllib.parse
import zlib

TIMEOUT = 30  # seconds; only a hanging server ever takes that long


class Answer:
    """Status, headers (any case, `get_all` for repeated ones) and the whole body as it was sent; `text`
    and `json` are of what it means."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def text(self):
        """Unpacked, as every client does that sends Accept-Encoding; `body` is as it was sent."""
        coding = self.headers.get("Content-Encoding", "identity")
        return {"identity": bytes, "gzip": gzip.decompress,
                "deflate": zlib.decompress}[coding](self.body).decode("utf-8")

    def __repr__(self):
        return f"<{self.status} {self.headers.get('Content-Type')} {self.body[:400]!r}>"


class Address:
    """Where a server listens: one line `cameo: ready http://127.0.0.1:8080`."""

    def __init__(self, url, trust=None):
        parts = urllib.parse.urlsplit(url)
        self.url = url
        self.host, self.port, self.tls = parts.hostname, parts.port, parts.scheme == "https"
        self.trust = trust  # the certificate file of a TLS listener

    @property
    def authority(self):
        return f"{self.host}:{self.port}"

    def plain(self):
        """A connection without TLS, whatever is spoken on it."""
        sock = socket.create_connection((self.host, self.port), timeout=TIMEOUT)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def connect(self, server_name=None):
        plain = self.plain()
        if not self.tls:
            return plain
        context = ssl.create_default_context(cafile=self.trust)
        return context.wrap_socket(plain, server_hostname=server_name or self.host)

    def request(self, method, target, headers=None, body=None):
        """One request on a connection of its own; `headers` is a dict or a list of pairs."""
        pairs = list(headers.items()) if isinstance(headers, dict) else list(headers or [])
        names = {name.lower() for name, _ in pairs}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT)
        connection.sock = self.connect()
        try:
            connection.putrequest(method, target, skip_host="host" in names,
                                  skip_accept_encoding=True)
            if body is not None and "content-length" not in names:
                pairs.append(("Content-Length", str(len(body))))
            for name, value in pairs:
                connection.putheader(name, value)
            try:
                connection.endheaders(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused before the whole body was sent: the answer is there to be read
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def raw(self, data, method="GET"):
        """Sends bytes as they are and reads one answer."""
        with self.connect() as sock:
            try:
                sock.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass
            return read_answer(sock, method)


def read_answer(sock, method="GET"):
    response = http.client.HTTPResponse(sock, method=method)
    try:
        response.begin()
        return Answer(response)
    finally:
        response.close()


def head_of(method, target, headers, host="127.0.0.1"):
    """A request's head as bytes, for `raw`."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def multipart(parts, boundary="x-boundary-7f3a"):
    """`parts`: (name, filename or None, content type or None, bytes). Gives type and body."""
    body = b""
    for name, filename, kind, content in parts:
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        if filename is not None:
            body += f'; filename="{filename}"'.encode()
        if kind is not None:
            body += f"\r\nContent-Type: {kind}".encode()
        body += b"\r\n\r\n" + content + b"\r\n"
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


def php_pairs(value, name=""):
    """Nested parameters under PHP-style names: fields[productId], select[0], filter[>id]."""
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, (list, tuple)):
        items = enumerate(value)
    else:
        yield name, value if isinstance(value, str) else json.dumps(value)
        return
    for key, inner in items:
        yield from php_pairs(inner, f"{name}[{key}]" if name else str(key))


def php_form(parameters):
    return urllib.parse.urlencode(list(php_pairs(parameters)))
