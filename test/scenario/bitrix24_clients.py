"""The clients of Bitrix24 that people have, as far as they differ on the wire (bitrix24 1, 8, 14). Each
has call(method, parameters) and batch(commands), which give what its user would see, and insists on what
the real one insists on."""

import datetime
import json
import urllib.parse
import uuid

JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")


class Refused(Exception):
    """What the client raises; its reading of code and text."""

    def __init__(self, status, code, text):
        super().__init__(f"{status} {code} {text}")
        self.status, self.code, self.text = status, code, text


def pairs_of(value, name):
    if isinstance(value, (dict, list, tuple)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from pairs_of(inner, f"{name}[{key}]")
    elif value is not None:
        yield name, str(int(value)) if isinstance(value, bool) else str(value)


def http_build_query(parameters):
    """PHP's: numbers in all brackets, truth as 1 and 0, nothing for null, `~` escaped."""
    pairs = [pair for name, value in parameters.items() for pair in pairs_of(value, str(name))]
    return urllib.parse.urlencode(pairs).replace("~", "%7E")


class Client:
    """`url` is the path of the webhook, or of the portal's end point with `auth` besides."""

    headers = [JSON]

    def __init__(self, address, url="/rest/1/demo-webhook", auth=None):
        self.address, self.url = address, url
        self.auth = {"auth": auth} if auth else {}

    def target(self, method):
        return f"{self.url}/{method}"

    def body(self, parameters):
        return json.dumps(parameters).encode()

    def send(self, method, parameters):
        return self.address.request("POST", self.target(method), self.headers,
                                    self.body({**parameters, **self.auth}))

    def call(self, method, parameters=None):
        """The whole answer."""
        answer = self.send(method, parameters or {})
        if answer.status != 200:
            raise Refused(answer.status, answer.json["error"], answer.json["error_description"])
        return answer.json

    def commands(self, commands):
        """Each (method, parameters) as a line of a batch."""
        return {key: f"{method}?{http_build_query(parameters)}"
                for key, (method, parameters) in commands.items()}


class N8n(Client):
    """The no-code connector: JSON by webhook. It hands pictures on by detailUrl, for downloadUrl had
    the secret in it (bitrix24 5.1)."""

    headers = [JSON, ("Accept", "application/json"), ("User-Agent", "n8n")]


class PhpSdk(Client):
    """b24phpsdk: method names in lower case, a slash behind them, an id of the request. A webhook that
    was configured with a slash at its end makes two of it."""

    headers = [JSON, ("Accept", "application/json"), ("Accept-Charset", "utf-8"),
               ("User-Agent", "b24-php-sdk-vendor/1.9.0"), ("Upgrade", "h2c")]

    def target(self, method):
        return f"{self.url}/{method.lower()}/?bx24_request_id={uuid.uuid4()}"

    def call(self, method, parameters=None):
        answer = self.send(method, parameters or {})
        body = answer.json
        if answer.status == 302 or "error" in body:
            raise Refused(answer.status, str(body["error"]).lower(), body["error_description"])
        check_php_time(body["time"])
        return body

    def batch(self, commands, halt=True):
        """(result, time) of each command by its key; fails at the first error, whatever halt is."""
        result = self.call("batch", {"halt": halt, "cmd": self.commands(commands)})["result"]
        for key, error in items(result["result_error"]):
            raise Refused(key, str(error["error"]).lower(), error["error_description"])
        times = dict(items(result["result_time"]))
        for key, _ in items(result["result"]):
            check_php_time(times[key])
        return {key: (value, dict(items(result["result_total"])).get(key))
                for key, value in items(result["result"])}


class PhpForm(PhpSdk):
    """The same with the body of older ones."""

    headers = [FORM, *PhpSdk.headers[1:]]

    def body(self, parameters):
        return http_build_query(parameters).encode()


class CRest(Client):
    """The vendor's one-file client: a form to METHOD.json, and a batch as fields cmd[KEY]."""

    headers = [FORM, ("Accept", "*/*"), ("User-Agent", "Bitrix24 CRest PHP 1.36")]

    def target(self, method):
        return f"{self.url}/{method}.json"

    def body(self, parameters):
        return http_build_query(parameters).encode()

    def call(self, method, parameters=None):
        """Whatever came, as an array: it is the caller's to look."""
        return self.send(method, parameters or {}).json

    def batch(self, commands, halt=0):
        return self.call("batch", {"halt": halt, "cmd": self.commands(commands)})


class PySdk(Client):
    """b24pysdk: https, METHOD.json, no redirects followed, JSON in every answer."""

    headers = [JSON, ("Accept", "application/json"), ("User-Agent", "b24pysdk/1.2.1")]

    def target(self, method):
        return f"{self.url}/{method}.json"

    def call(self, method, parameters=None):
        answer = self.send(method, parameters or {})
        assert answer.status not in (301, 302), answer
        body = answer.json
        if answer.status >= 400 or "error" in body:
            raise Refused(answer.status, body["error"].upper(), body["error_description"])
        for name in ("start", "finish", "duration", "processing"):
            assert isinstance(body["time"][name], float), body
        return body

    def rows(self, method, parameters):
        """A list: what the only member of the result holds, and its total, which must be there."""
        body = self.call(method, parameters)
        (rows,) = body["result"].values()
        assert type(body["total"]) is int
        return rows, body["total"], body.get("next")

    def batch(self, commands, halt=False):
        numbered = {str(key): command for key, command in enumerate(commands)}
        return self.call("batch", {"halt": halt, "cmd": self.commands(numbered)})["result"]


class FastBitrix24(Client):
    """fast_bitrix24: everything by batch; an answer but 2xx is an error without a look at its body."""

    def batch(self, commands):
        answer = self.send("batch", {"halt": 0, "cmd": self.commands(commands)})
        assert 200 <= answer.status < 300
        return answer.json["result"]

    def get_all(self, method, parameters):
        """The first page, then all others in batches; the rows are counted against the total."""
        first = self.send(method, {**parameters, "start": 0}).json
        (rows,) = first["result"].values()
        starts = range(50, first["total"], 50)
        if starts and len(rows) != first["total"]:
            pages = self.batch({f"cmd{start:010}": (method, {**parameters, "start": start})
                                for start in starts})
            assert not pages["result_error"]
            rows = rows + [row for _, page in items(pages["result"]) for (more,) in [page.values()]
                           for row in more]
        assert len(rows) == first["total"]
        return rows

    def each(self, method, several):
        """The result of a method for each of these parameters, fifty at a time."""
        found = []
        for at in range(0, len(several), 50):
            result = self.batch({f"cmd{at + i:010}": (method, parameters)
                                 for i, parameters in enumerate(several[at:at + 50])})
            assert not result["result_error"], result
            found += [value for _, value in items(result["result"])]
        return found


def items(value):
    """PHP's arrays: a list when the keys count from 0, else an object, and empty ones a list."""
    return value.items() if isinstance(value, dict) else enumerate(value)


def check_php_time(time):
    for name in ("start", "finish", "duration", "processing"):
        assert type(time[name]) is float, time
    for name in ("date_start", "date_finish"):
        assert datetime.datetime.fromisoformat(time[name]).tzinfo, time
    assert type(time.get("operating_reset_at", 0)) is int, time
