"""An nginx of the operator's own with our module and one location, without `cameo serve` beside it."""

import concurrent.futures
import os
import pathlib
import socket
import subprocess

import clients
import pictures
import program
from wire import Address

SANITIZED = os.environ.get("CAMEO_PRELOAD")
FOLDER = program.ROOT / "build-asan" if SANITIZED else pathlib.Path(program.CAMEO).parent

CONF = """
daemon off;
worker_processes {workers};
user {user};
pid {run}/nginx.pid;
load_module {module};
error_log {run}/error.log {log};
thread_pool cameo threads={threads} max_queue={queue};
{pictures}
events {{ worker_connections {connections}; }}
http {{
    log_format cameo '$request_method $cameo_uri $status';
    access_log {run}/access.log cameo;
    client_body_temp_path {run}/body;
    client_body_buffer_size 1m;
    client_body_in_single_buffer on;
    server {{
        listen 127.0.0.1:{port};
        location /pictures-of-ours/ {{ return 200 "not cameo's"; }}
        location / {{ cameo {store}; }}
    }}
}}
"""


class OwnNginx:
    """Between `with` and its end, nginx on the store."""

    def __init__(self, store, run, threads=4, queue=64, workers=1, connections=256, pictures="",
                 log="error"):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.run = run
        run.mkdir()
        user = "root" if os.getuid() == 0 else "nobody"
        (run / "nginx.conf").write_text(CONF.format(
            user=user, run=run, module=FOLDER / "ngx_http_cameo_module.so", threads=threads,
            queue=queue, workers=workers, connections=connections, pictures=pictures, log=log, port=self.port, store=store))

    def __enter__(self):
        environment = dict(os.environ)
        if SANITIZED:
            environment["LD_PRELOAD"] = SANITIZED
        self.process = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", str(self.run), "-e", str(self.run / "error.log"), "-c",
             str(self.run / "nginx.conf")], env=environment)
        address = Address(f"http://127.0.0.1:{self.port}")
        while True:  # until it listens; a process that has ended never will
            try:
                address.connect().close()
                return address
            except ConnectionRefusedError:
                assert self.process.poll() is None, (self.run / "error.log").read_text()

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(program.PATIENCE) == 0


def demo_store(tmp_path):
    server = program.Server(tmp_path / "store", "--demo")
    with server:
        pass
    return server


def test_one_location_serves_both_vendors(tmp_path):
    store = demo_store(tmp_path)
    with OwnNginx(store.directory, tmp_path / "nginx") as address:
        picture = pictures.picture("JPEG")
        assert clients.SuperOffice(address).put("Person/40/Image", picture).status == 200
        assert clients.SuperOffice(address).get("Person/40/Image").body == picture
        answer = clients.Bitrix24(address).call("catalog.productImage.get",
                                                {"productId": 1, "id": 1})
        assert answer.json["result"]["productImage"]["id"] == 1
        assert clients.SuperOffice(address).delete("Person/1/Image").status == 204
        assert address.request("GET", "/pictures-of-ours/").body == b"not cameo's"
    log = (tmp_path / "nginx" / "access.log").read_text()
    assert "/catalog.productImage.get 200" in log and "demo-webhook" not in log
    assert "demo-webhook" not in (tmp_path / "nginx" / "error.log").read_text()
    store.check()


def test_what_nginx_says_of_requests_it_cannot_read_shows_no_secret(tmp_path):
    store = demo_store(tmp_path)
    good = b"GET /rest/1/demo-webhook/profile.json HTTP/1.1\r\nHost: a\r\n\r\n"
    bad = b"GET /rest/1/demo-webhook/profile.json?a=b HTTP/1.1\r\nHost: a\r\nX\x01: y\r\n\r\n"
    with OwnNginx(store.directory, tmp_path / "nginx", log="info") as address:
        for before in range(3):
            with address.connect() as connection:
                for _ in range(before):
                    connection.sendall(good)
                    assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
                connection.sendall(bad)
                assert b" 400 " in connection.recv(1 << 16).split(b"\r\n")[0]
    lines = (tmp_path / "nginx" / "error.log").read_text().splitlines()
    assert sum("client sent invalid header line" in line for line in lines) == 3
    assert not any("demo-webhook" in line for line in lines)
    store.check()


def test_what_was_deleted_is_given_back_by_command(tmp_path):
    store = demo_store(tmp_path)
    (store.directory / "cameo.ini").write_text("[store]\nhistory_seconds = 0\ngrace_seconds = 0\n")
    for person in 1, 2, 3:
        store.run("picture", "delete", "person", str(person))
    assert program.cameo("collect", store.directory, "--json").json == {"blobs": 3}
    assert program.cameo("collect", store.directory, "--json").json == {"blobs": 0}
    store.check()


def test_a_full_queue_is_503_in_the_vendors_form_and_nothing_is_lost(tmp_path):
    store = demo_store(tmp_path)
    picture = pictures.noise((300, 300))
    with OwnNginx(store.directory, tmp_path / "nginx", threads=1, queue=1) as address:
        def put(person):
            return person, clients.SuperOffice(address).put(f"Person/{person}/Image", picture)

        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            answers = list(pool.map(put, [1 + n % 40 for n in range(400)]))
        statuses = {answer.status for _, answer in answers}
        assert statuses == {200, 503}, statuses
        for person, answer in answers:
            if answer.status == 503:
                assert answer.json["ErrorType"] == "SoServerException", answer
            else:
                assert clients.SuperOffice(address).get(f"Person/{person}/Image").body == picture
    store.check()
