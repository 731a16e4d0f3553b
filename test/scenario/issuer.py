"""An OpenID Connect issuer on this machine: keys, a JWKS address, tokens signed with the keys."""

import base64
import http.server
import json
import threading
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

AUDIENCE = "cameo-pictures"


def b64(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def number(value, length=None):
    return b64(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


class Key:
    def __init__(self, kid, kind="EC"):
        self.kid, self.kind = kid, kind
        self.private = (ec.generate_private_key(ec.SECP256R1()) if kind == "EC"
                        else rsa.generate_private_key(65537, 2048))

    @property
    def alg(self):
        return "ES256" if self.kind == "EC" else "RS256"

    @property
    def jwk(self):
        numbers = self.private.public_key().public_numbers()
        if self.kind == "EC":
            return {"kty": "EC", "crv": "P-256", "x": number(numbers.x, 32),
                    "y": number(numbers.y, 32), "kid": self.kid, "use": "sig", "alg": "ES256"}
        return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), "kid": self.kid}

    def sign(self, message):
        if self.kind == "RSA":
            return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())
        pair = decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256())))
        return b"".join(part.to_bytes(32, "big") for part in pair)


class Issuer:
    """`with` serves its keys at `url`; `keys`, `status` and `document` may be changed meanwhile."""

    def __init__(self):
        self.keys = [Key("key-1"), Key("key-2", "RSA")]
        self.status, self.document, self.asked = 200, None, 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked += 1
                body = outer.document or json.dumps(outer.jwks).encode()
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @property
    def jwks(self):
        return {"keys": [key.jwk for key in self.keys]}

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def environment(self):
        return {"CAMEO_OIDC_ISSUER": self.url, "CAMEO_OIDC_AUDIENCE": AUDIENCE,
                "CAMEO_OIDC_JWKS": self.url + "/jwks"}

    def claims(self, **other):
        now = int(time.time())
        claims = {"iss": self.url, "aud": AUDIENCE, "sub": "0815", "iat": now, "exp": now + 300,
                  "preferred_username": "demo", **other}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, key=None, header=None, signature=None, **claims):
        key = key or self.keys[0]
        head = {"alg": key.alg, "kid": key.kid, "typ": "JWT", **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        message = ".".join(b64(json.dumps(part).encode()) for part in (head, self.claims(**claims)))
        return message + "." + b64(key.sign(message.encode()) if signature is None else signature)
