#!/usr/bin/env python3
"""Takes Abaha's webhooks (https://tailieu.abaha.vn, page tai-lieu-webhook), standard
library only.

Nothing is signed: what proves a delivery is the header that you enter in Abaha's webhook
settings. A delivery is read whole, written to the database, and only then acknowledged
with the body that Abaha looks for. Your own code goes into Shop.apply.
"""

import hashlib
import hmac
import json
import os
import re
import signal
import sqlite3
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

BODY_LIMIT = 1 << 20  # bytes
TOKEN_HEADER = "X-Abaha-Token"
ACKNOWLEDGEMENT = {"status": 200, "message": "OK"}


class Refusal(Exception):
    """Ends a request other than with an acknowledgement."""

    def __init__(self, status, why, **headers):
        super().__init__(why)
        self.status, self.headers = status, headers


def text(payload, name):
    """A member that is a readable text, "" for anything else."""
    value = payload.get(name)
    return value if isinstance(value, str) and value.isprintable() else ""


class Event:
    """What has to be known of a payload to apply it once and in order."""

    def __init__(self, payload):
        self.payload = payload
        self.kind, self.object = self._recognise()
        # Abaha gives events no id. The same content is the same event, in whatever order
        # its members come.
        content = json.dumps(payload, sort_keys=True).encode()
        self.identity = hashlib.sha256(content).hexdigest()
        modified = text(payload, "modified")
        self.modified = modified if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", modified) else ""

    def _recognise(self):
        """Kind and id, by the payload's shape: no member names them."""
        if own := text(self.payload, "id"):
            if "cart_code" in self.payload or "orders_time" in self.payload:
                return "order", own
            if "product_code" in self.payload or "price" in self.payload:
                return "product", own
        elif user := text(self.payload, "user_id"):
            return "customer", user
        raise Refusal(400, "neither an order nor a product nor a customer")

    @classmethod
    def read(cls, raw):
        try:
            payload = json.loads(raw)
        except (ValueError, RecursionError):
            raise Refusal(400, "malformed JSON") from None
        if not isinstance(payload, dict):
            raise Refusal(400, "not a JSON object")
        return cls(payload)


class Shop:
    """Orders, products and customers as they stand, and the events that made them so."""

    def __init__(self, folder):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.lock = threading.Lock()  # one connection, one transaction at a time
        self.database = sqlite3.connect(os.path.join(folder, "shop.db"), check_same_thread=False, isolation_level=None)
        self.database.executescript("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL; -- a commit returns when it is on disk
            CREATE TABLE IF NOT EXISTS events (
                identity TEXT PRIMARY KEY, object TEXT NOT NULL, applied INTEGER NOT NULL DEFAULT 0, payload TEXT NOT NULL);
            CREATE INDEX IF NOT EXISTS events_of_object ON events (object);
            CREATE TABLE IF NOT EXISTS objects (
                kind TEXT, id TEXT, modified TEXT NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (kind, id));
        """)

    def take(self, event):
        """Returns when the event is on disk and applied, by this delivery or an earlier one.
        The primary key decides whether it is new, in the transaction that applies it."""
        payload = json.dumps(event.payload)
        with self.lock:
            self.database.execute("BEGIN IMMEDIATE")
            try:
                new = self.database.execute(
                    "INSERT OR IGNORE INTO events (identity, object, payload) VALUES (?, ?, ?)",
                    (event.identity, event.object, payload),
                ).rowcount
                if new and self.apply(event, payload):
                    self.database.execute("UPDATE events SET applied = 1 WHERE identity = ?", (event.identity,))
                self.database.execute("COMMIT")
            except BaseException:
                self.database.execute("ROLLBACK")
                raise

    def apply(self, event, payload):
        """Your own code goes here. An event holds the whole object: one that is older than
        what is known, as a resend may be, has nothing to say any more."""
        return self.database.execute(
            """INSERT INTO objects (kind, id, modified, payload) VALUES (?, ?, ?, ?)
               ON CONFLICT (kind, id) DO UPDATE
               SET modified = max(modified, excluded.modified), payload = excluded.payload
               WHERE excluded.modified = '' OR excluded.modified >= modified""",
            (event.kind, event.object, event.modified, payload),
        ).rowcount

    def applied(self, key):
        with self.lock, closing(self.database.execute("SELECT sum(applied) FROM events WHERE object = ?", (key,))) as found:
            return found.fetchone()[0] or 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open; 1.0 is the default here
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # head and body of an answer go out together
    timeout = 60  # seconds that a connection may be silent

    def handle_delivery(self):
        try:
            # Read before anything is decided: what stays behind would be taken for the
            # next request on this connection.
            raw = self.read_body()
            status, value, headers = 200, self.answer(raw), {}
        except Refusal as refusal:
            status, value, headers = refusal.status, {"error": str(refusal)}, refusal.headers
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, content in headers.items():
            self.send_header(name, content)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_delivery

    def answer(self, raw):
        path = self.path.partition("?")[0]
        if path == "/hook":
            return self.receive(raw)
        if path.startswith("/applied/") and self.command == "GET":
            return self.server.shop.applied(unquote(path.removeprefix("/applied/")))
        raise Refusal(404, "nothing here")

    def receive(self, raw):
        """Takes one delivery: genuine first, then understood, then safe, then acknowledged."""
        if self.command != "POST":
            raise Refusal(405, "deliveries come by POST", Allow="POST")
        given = self.headers.get_all(TOKEN_HEADER, [])
        # Compared in constant time: == would tell how much of a guess is right.
        if len(given) != 1 or not hmac.compare_digest(given[0].strip().encode(errors="replace"), self.server.token):
            raise Refusal(401, "invalid header")
        self.server.shop.take(Event.read(raw))
        return ACKNOWLEDGEMENT

    def read_body(self):
        """The whole body as it came. http.server leaves chunked bodies to its users."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self.read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not re.fullmatch(r"\d{1,18}", length):
            raise self.last(400, "Content-Length is no number")
        if int(length) > BODY_LIMIT:
            raise self.last(413, "body too long")
        return self.read_exactly(int(length))

    def read_chunks(self):
        body = b""
        while size := self.chunk_size():
            if len(body) + size > BODY_LIMIT:
                raise self.last(413, "body too long")
            body += self.read_exactly(size)
            self.rfile.readline(3)
        while self.rfile.readline(1 << 16).strip():
            pass  # trailers
        return body

    def chunk_size(self):
        size = self.rfile.readline(1 << 10).partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", size):
            raise self.last(400, "body incomplete")
        return int(size, 16)

    def read_exactly(self, length):
        body = self.rfile.read(length)
        if len(body) < length:
            raise self.last(400, "body incomplete")
        return body

    def last(self, status, why):
        """A refusal after which nothing more can be read from the connection."""
        self.close_connection = True
        return Refusal(status, why, Connection="close")

    def handle_expect_100(self):
        proceed = super().handle_expect_100()
        self.wfile.flush()  # the sender waits for it
        return proceed

    def log_message(self, *_):
        """Deliveries are not logged: they hold people's names and addresses."""


class Server(ThreadingHTTPServer):
    request_queue_size = 1024  # the default of 5 turns a burst away
    daemon_threads = False  # SIGTERM: what is being read is finished first

    def __init__(self, port, token, shop):
        # The proxy that ends TLS is on the same machine. Let it forward /hook alone.
        super().__init__(("127.0.0.1", port), Handler)
        self.token, self.shop = token.encode(), shop

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # which is a sender that went away
            super().handle_error(request, client_address)


def main():
    token, port = os.environ.get("ABAHA_TOKEN"), int(os.environ.get("PORT", "3000"))
    if not token:
        sys.exit(f"receiver: set ABAHA_TOKEN, the value of the header {TOKEN_HEADER} in Abaha's webhook settings")
    server = Server(port, token, Shop(os.environ.get("STATE", "state")))
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Abaha receiver on http://127.0.0.1:{port}/hook", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
