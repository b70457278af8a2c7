"""Where files lie, how they get there, and what is said when they do not."""

import contextlib
import gzip
import hashlib
import json
import logging
import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hwpred.sources.fetch import (
    RetrievalError,
    cache_folder,
    file_digest,
    make_receipt,
    read_receipt,
    retrieve,
)

CONTENT = b"latencies" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
FILE = "space/latency/device.pt"


class Server:
    """A local origin, or a proxy: path -> content; counts requests, fails the first ``failures``, or all."""

    def __init__(self):
        self.files, self.requests, self.failures, self.cut = {"/data/" + FILE: CONTENT}, 0, 0, False
        self.answer, self.headers = None, {}
        origin = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                origin.requests += 1
                content = origin.files.get(self.path)
                if origin.requests <= origin.failures:
                    self.send_error(503)
                elif origin.answer:
                    self.send_error(origin.answer)
                elif content is None:
                    self.send_error(404)
                elif isinstance(content, str):
                    self.send_response(302)
                    self.send_header("Location", content)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                else:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(content)))
                    for header in origin.headers.items():
                        self.send_header(*header)
                    self.end_headers()
                    self.wfile.write(content[:-1] if origin.cut else content)

            def do_CONNECT(self):
                self.send_error(origin.answer)

            def log_message(self, *arguments):
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/data/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def sources(server):
    return describe(server.url, {FILE: {"sha256": SHA256, "size": len(CONTENT)}})


def describe(url, files, **more):
    return {"origin": {"url": url, "licence": "MIT", "citation": "A paper", "files": files, **more}}


def offline(files, **more):
    return describe("http://127.0.0.1:9/data/", files, **more)


def place(cache, content=CONTENT):
    path = cache / "origin" / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def leftovers(cache):
    return [path for path in cache.rglob("*") if path.is_file()]


def test_download(sources, server, tmp_path, capsys):
    path = retrieve(sources, "origin", FILE, tmp_path)
    assert path == tmp_path / "origin" / FILE
    assert path.read_bytes() == CONTENT
    assert leftovers(tmp_path) == [path]
    assert "100%" in capsys.readouterr().err
    retrieve(sources, "origin", FILE, tmp_path)
    assert server.requests == 1


def test_a_folder_may_lie_elsewhere(sources, server, tmp_path):
    here = server.url
    folder = FILE.split("/")[0]
    sources["origin"].update(url="http://127.0.0.1:9/", folders={folder: here})
    assert retrieve(sources, "origin", FILE, tmp_path).read_bytes() == CONTENT
    assert make_receipt(sources, "origin", FILE, tmp_path)["url"] == here + FILE
    sources["origin"].update(folders={"other": here})
    assert make_receipt(sources, "origin", FILE, tmp_path)["url"] == "http://127.0.0.1:9/" + FILE


def test_failures_are_tried_again(sources, server, tmp_path):
    server.failures = 2
    assert retrieve(sources, "origin", FILE, tmp_path).read_bytes() == CONTENT
    assert server.requests == 3


def test_server_that_keeps_failing(sources, server, tmp_path):
    server.failures = 99
    with pytest.raises(RetrievalError, match=rf"answered 503.*put the file at {tmp_path}.*or set HWPRED_CACHE"):
        retrieve(sources, "origin", FILE, tmp_path, retries=1)
    assert server.requests == 2
    assert leftovers(tmp_path) == []


def test_missing_at_the_origin(sources, server, tmp_path):
    server.files.clear()
    with pytest.raises(RetrievalError, match=rf"there is no {server.url}{FILE}; put the file at {tmp_path}"):
        retrieve(sources, "origin", FILE, tmp_path)
    assert server.requests == 1


def test_unlisted_file_that_is_not_there_either(server, tmp_path):
    sources = describe(server.url, {FILE: {"sha256": SHA256}, "space/other": {}}, unlisted=True)
    with pytest.raises(RetrievalError, match=rf"there is no .*pixel9.*files known beside it: {FILE}\)"):
        retrieve(sources, "origin", "space/latency/pixel9.pt", tmp_path)


def test_download_of_other_content(sources, server, tmp_path):
    server.files["/data/" + FILE] = CONTENT.upper()
    with pytest.raises(
        RetrievalError, match=f"has not the published content .*sha256 is .* not {SHA256}.*put the file"
    ):
        retrieve(sources, "origin", FILE, tmp_path, retries=1)
    assert server.requests == 2
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "words"), [(CONTENT + b"x", "more than 9000"), (b"x", "its size is 1 bytes, not 9000")]
)
def test_download_of_another_size(sources, server, tmp_path, content, words):
    server.files["/data/" + FILE] = content
    with pytest.raises(RetrievalError, match=f"has not the published content .*{words}"):
        retrieve(sources, "origin", FILE, tmp_path, retries=0)
    assert leftovers(tmp_path) == []


def test_download_that_is_too_large_is_not_taken_to_its_end(sources, server, tmp_path, monkeypatch):
    taken = []
    monkeypatch.setattr("hwpred.sources.download._CHUNK_BYTES", 1000)
    monkeypatch.setattr("hwpred.sources.download._BoundedFile.flush", lambda self: taken.append(self._written))
    server.files["/data/" + FILE] = 1000 * CONTENT
    with pytest.raises(RetrievalError, match="it has more than 9000 bytes"):
        retrieve(sources, "origin", FILE, tmp_path, retries=0)
    assert taken == [1000 * pieces for pieces in range(1, 10)]


def test_download_that_hardly_moves_is_given_up(sources, tmp_path, monkeypatch):
    monkeypatch.setattr("hwpred.sources.download._PATIENCE_SECONDS", 0)
    monkeypatch.setattr("hwpred.sources.download._LEAST_BYTES_A_SECOND", 1e12)
    with pytest.raises(RetrievalError, match="no answer in time, or hardly any"):
        retrieve(sources, "origin", FILE, tmp_path, retries=0)


def test_headers_that_do_not_end_are_given_up(tmp_path, monkeypatch):
    """A line after the other comes in time, so that no single answer is late."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("hwpred.sources.download._PATIENCE_SECONDS", 1)
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as origin:

        def answer():
            connection, _ = origin.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                while not ended.wait(0.05):
                    connection.sendall(b"X: ")

        threading.Thread(target=answer, daemon=True).start()
        sources = describe(f"http://127.0.0.1:{origin.getsockname()[1]}/", {FILE: {"sha256": SHA256}})
        try:
            with pytest.raises(RetrievalError, match="no answer in time, or hardly any"):
                retrieve(sources, "origin", FILE, tmp_path, retries=0)
        finally:
            ended.set()
    assert leftovers(tmp_path) == []


@pytest.fixture
def proxy(server, monkeypatch):
    """The server in the place of a proxy."""
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.delenv("no_proxy", raising=False)
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{server.server.server_port}")
    return server


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_password(proxy, tmp_path, scheme):
    proxy.answer = 407
    sources = describe(f"{scheme}://data.example/", {FILE: {}})
    with pytest.raises(RetrievalError, match=r"proxy wants a name and a password: export HTTPS_PROXY=.*HWPRED_CACHE"):
        retrieve(sources, "origin", FILE, tmp_path)


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "forbids it, answer 403"), (511, "log in first"), (500, "answered 500; try again later")],
)
def test_what_a_server_or_proxy_answers(proxy, tmp_path, status, words):
    proxy.answer = status
    with pytest.raises(RetrievalError, match=words):
        retrieve(describe("http://data.example/", {FILE: {}}), "origin", FILE, tmp_path, retries=0)


def test_a_proxy_that_is_not_there(proxy, tmp_path, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(RetrievalError, match="the proxy does not answer; correct HTTPS_PROXY"):
        retrieve(describe("https://data.example/", {FILE: {}}), "origin", FILE, tmp_path, retries=0)


@pytest.fixture
def secure(server, tmp_path):
    """The server behind a certificate that nobody has signed, as a company's proxy shows its own."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    options = ["-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    options += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    try:
        subprocess.run(["openssl", "req", "-x509", *options], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
    server.url = server.url.replace("http:", "https:")
    return server, certificate


def test_a_certificate_that_is_not_trusted(secure, tmp_path, monkeypatch):
    server, certificate = secure
    sources = describe(server.url, {FILE: {"sha256": SHA256}})
    with pytest.raises(
        RetrievalError, match=r"certificate is not trusted; .* export REQUESTS_CA_BUNDLE=.*HWPRED_CACHE"
    ):
        retrieve(sources, "origin", FILE, tmp_path / "cache")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert retrieve(sources, "origin", FILE, tmp_path / "cache").read_bytes() == CONTENT


def test_a_connection_that_something_breaks(server, tmp_path):
    sources = describe(server.url.replace("http:", "https:"), {FILE: {}})
    with pytest.raises(RetrievalError, match="no secure connection, something on the way breaks it"):
        retrieve(sources, "origin", FILE, tmp_path)


def test_download_that_breaks_off(sources, server, tmp_path):
    server.cut = True
    with pytest.raises(RetrievalError, match="the transfer broke off"):
        retrieve(sources, "origin", FILE, tmp_path, retries=0)
    assert leftovers(tmp_path) == []


def test_cached_file_needs_no_connection(tmp_path):
    path = place(tmp_path)
    before = path.stat().st_mtime_ns
    assert retrieve(offline({FILE: {"sha256": SHA256}}), "origin", FILE, tmp_path) == path
    assert path.stat().st_mtime_ns == before
    assert leftovers(tmp_path) == [path]


def test_no_connection(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(
        RetrievalError, match=r"could not be downloaded \(no connection; behind a proxy.*\); or put the file at"
    ):
        retrieve(offline({FILE: {"sha256": SHA256}}), "origin", FILE, tmp_path, retries=0)


def test_cached_file_with_other_content_is_kept(tmp_path):
    path = place(tmp_path, b"other")
    with pytest.raises(RetrievalError, match=f"{path} is not the published file: its sha256 is .*move it away"):
        retrieve(offline({FILE: {"sha256": SHA256}}), "origin", FILE, tmp_path)
    assert path.read_bytes() == b"other"


def test_cached_file_of_another_size(tmp_path):
    path = place(tmp_path)
    with pytest.raises(RetrievalError, match=f"{path} is not the published file: its size is 9000 bytes, not 8999"):
        retrieve(offline({FILE: {"sha256": SHA256, "size": 8999}}), "origin", FILE, tmp_path)


def test_a_folder_where_the_file_should_be(sources, tmp_path):
    place(tmp_path).unlink()
    (tmp_path / "origin" / FILE).mkdir()
    with pytest.raises(RetrievalError, match="is a folder, and should be a file; move it away"):
        retrieve(sources, "origin", FILE, tmp_path)


def test_cache_that_cannot_be_written(sources, tmp_path):
    cache = tmp_path / "cache"
    cache.write_text("a file where the folder should be")
    with pytest.raises(RetrievalError, match=r"cannot be written to .*put the file at .*HWPRED_CACHE"):
        retrieve(sources, "origin", FILE, cache, retries=0)


def test_git_blob(server, tmp_path):
    blob = hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()
    sources = describe(server.url, {FILE: {"git_blob": blob}})
    path = retrieve(sources, "origin", FILE, tmp_path)
    assert file_digest(path, "git_blob") == blob
    path.write_bytes(b"other")
    with pytest.raises(RetrievalError, match="its git_blob is"):
        retrieve(sources, "origin", FILE, tmp_path)


def test_git_blob_is_that_of_git(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    try:
        known = subprocess.run(["git", "hash-object", path], capture_output=True, text=True, check=True).stdout.strip()
    except FileNotFoundError:
        pytest.skip("git is not installed")
    assert file_digest(path, "git_blob") == known


def test_unlisted_file_is_taken_with_a_warning(server, tmp_path, caplog):
    sources = describe(server.url, {}, unlisted=True)
    with caplog.at_level(logging.WARNING):
        retrieve(sources, "origin", FILE, tmp_path)
    assert f"'{FILE}: {{sha256: {SHA256}}}'" in caplog.text


def test_a_file_without_a_checksum_is_the_same_from_its_download_on(server, tmp_path):
    sources = describe(server.url, {}, unlisted=True)
    path = retrieve(sources, "origin", FILE, tmp_path)
    assert path.with_name("device.pt.sha256").read_text() == f"{SHA256}  device.pt\n"
    assert retrieve(sources, "origin", FILE, tmp_path) == path
    path.write_bytes(CONTENT + b"!")
    with pytest.raises(RetrievalError, match=rf"is not the published file: its sha256 is \w+, not {SHA256}; move it"):
        retrieve(sources, "origin", FILE, tmp_path)
    path.unlink()
    server.files["/data/" + FILE] = CONTENT + b"?"
    with pytest.raises(RetrievalError, match="has not the published content"):
        retrieve(sources, "origin", FILE, tmp_path, retries=0)


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html>", b"\n  <HTML><body>log in"])
def test_a_page_to_log_in_is_not_taken_for_a_file(server, tmp_path, page):
    server.files["/data/" + FILE] = page
    with pytest.raises(RetrievalError, match="it is a web page, such as one to log in"):
        retrieve(describe(server.url, {}, unlisted=True), "origin", FILE, tmp_path, retries=0)
    assert leftovers(tmp_path) == []


def test_without_a_checksum_no_other_host_is_asked(server, tmp_path):
    elsewhere = server.url.replace("127.0.0.1", "localhost") + "there.pt"
    server.files |= {"/data/" + FILE: elsewhere, "/data/there.pt": CONTENT}
    with pytest.raises(RetrievalError, match="it leads to another host, localhost, and has no published checksum"):
        retrieve(describe(server.url, {}, unlisted=True), "origin", FILE, tmp_path, retries=0)
    server.files["/data/" + FILE] = "/data/there.pt"
    assert retrieve(describe(server.url, {}, unlisted=True), "origin", FILE, tmp_path).read_bytes() == CONTENT


def test_without_a_checksum_nothing_is_unfolded(server, tmp_path):
    server.files["/data/" + FILE] = gzip.compress(bytes(10**6))
    server.headers["Content-Encoding"] = "gzip"
    with pytest.raises(RetrievalError, match="it comes as gzip, which was not asked for"):
        retrieve(describe(server.url, {}, unlisted=True), "origin", FILE, tmp_path, retries=0)
    assert leftovers(tmp_path) == []


def test_with_a_checksum_another_host_may_have_the_file(sources, server, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    elsewhere = server.url.replace("127.0.0.1", "localhost") + "there.pt"
    server.files |= {"/data/" + FILE: elsewhere, "/data/there.pt": CONTENT}
    assert retrieve(sources, "origin", FILE, tmp_path).read_bytes() == CONTENT


def test_a_file_of_unknown_size_is_bounded(server, tmp_path, monkeypatch):
    monkeypatch.setattr("hwpred.sources.download._MOST_BYTES", 100)
    with pytest.raises(RetrievalError, match="it has more than 100 bytes"):
        retrieve(describe(server.url, {}, unlisted=True), "origin", FILE, tmp_path, retries=0)


def test_a_name_that_no_file_system_takes(tmp_path):
    with pytest.raises(ValueError, match="its name is longer than 255 bytes"):
        retrieve(offline({}, unlisted=True), "origin", "é" * 128, tmp_path)


@pytest.mark.parametrize(("file", "unlisted"), [(FILE, False), ("../other", True), ("/etc/passwd", True)])
def test_file_that_the_source_does_not_have(tmp_path, file, unlisted):
    with pytest.raises(ValueError, match=f"source origin has no file '{file}'; sources.yaml has listed.pt"):
        retrieve(offline({"listed.pt": {}}, unlisted=unlisted), "origin", file, tmp_path)


def test_a_listed_file_lies_inside_the_cache(tmp_path):
    with pytest.raises(ValueError, match=r"source origin has no file '../other'"):
        retrieve(offline({"../other": {}}), "origin", "../other", tmp_path)


def test_unknown_source(tmp_path):
    with pytest.raises(ValueError, match=r"unknown source 'nowhere'; sources.yaml has origin"):
        retrieve(offline({}), "nowhere", FILE, tmp_path)


def test_file_to_fetch_by_hand(tmp_path):
    sources = describe(None, {FILE: {}}, page="https://example.org/benchmark")
    path = tmp_path / "origin" / FILE
    with pytest.raises(RetrievalError, match=f"get it from https://example.org/benchmark and put it at {path}"):
        retrieve(sources, "origin", FILE, tmp_path)
    place(tmp_path)
    assert retrieve(sources, "origin", FILE, tmp_path) == path


def test_environment_goes_before_the_configuration(tmp_path, monkeypatch):
    monkeypatch.delenv("HWPRED_CACHE", raising=False)
    assert cache_folder("data/raw") == Path("data/raw").absolute()
    with pytest.raises(ValueError, match=r"no cache folder: set .* cache or .* HWPRED_CACHE"):
        cache_folder()
    monkeypatch.setenv("HWPRED_CACHE", str(tmp_path))
    assert cache_folder("data/raw") == tmp_path


def test_receipt(sources, server, tmp_path):
    receipt = make_receipt(sources, "origin", FILE, tmp_path)
    assert receipt == {
        "source": "origin",
        "file": FILE,
        "path": str(tmp_path / "origin" / FILE),
        "sha256": SHA256,
        "size": len(CONTENT),
        "url": server.url + FILE,
        "licence": "MIT",
        "citation": "A paper",
    }
    assert read_receipt(written(receipt, tmp_path / "receipts" / "origin" / f"{FILE}.json")) == receipt


def written(receipt, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(receipt))
    return path


@pytest.mark.parametrize("note", [b"", b"\xc7" * 64, SHA256[:40].encode(), b"\x00" * 80])
def test_a_note_that_holds_no_checksum_is_refused(tmp_path, note):
    path = place(tmp_path)
    noted = path.with_name(f"{path.name}.sha256")
    noted.write_bytes(note)
    with pytest.raises(RetrievalError, match=f"{noted} holds no sha256; delete it, and {path.name} beside it"):
        retrieve(offline({FILE: {}}), "origin", FILE, tmp_path)


def test_receipt_of_a_file_by_hand(tmp_path):
    place(tmp_path)
    receipt = make_receipt(describe(None, {FILE: {}}, page="https://example.org"), "origin", FILE, tmp_path)
    assert receipt["url"] is None
    assert receipt["sha256"] == SHA256


def test_receipt_of_the_users_own_file(tmp_path):
    path = tmp_path / "own.csv"
    with pytest.raises(RetrievalError, match=r"own.csv does not exist; correct the key file of its definition"):
        make_receipt({}, "table", str(path), None)
    path.write_bytes(CONTENT)
    assert make_receipt({}, "table", str(path), None)["sha256"] == SHA256


@pytest.mark.parametrize("text", ["", '{"source": "origin"', "[]", "null", '{"path": "a"}', "\x80"])
def test_what_is_no_receipt(tmp_path, text):
    path = tmp_path / "receipt.json"
    path.write_bytes(text.encode("latin1"))
    with pytest.raises(RetrievalError, match=f"{path} is no receipt.*; delete it and run again"):
        read_receipt(path)


@pytest.mark.parametrize("place_of", ["other/{}.json", "origin/other.json"])
def test_a_receipt_of_another_file_is_refused(tmp_path, place_of):
    place(tmp_path)
    receipt = make_receipt(offline({FILE: {}}), "origin", FILE, tmp_path)
    path = written(receipt, tmp_path / place_of.format(FILE))
    with pytest.raises(RetrievalError, match=f"{path} is the receipt of another file, {FILE} of origin; delete it and"):
        read_receipt(path)


@pytest.mark.parametrize("key", ["source", "file", "path", "sha256"])
def test_a_receipt_with_a_number_for_a_text_is_refused(tmp_path, key):
    place(tmp_path)
    receipt = make_receipt(offline({FILE: {}}), "origin", FILE, tmp_path)
    path = written({**receipt, key: 7}, tmp_path / "origin" / f"{FILE}.json")
    with pytest.raises(RetrievalError, match=f"{path} is no receipt: its {key} is 7; delete it and run again"):
        read_receipt(path)


def test_receipt_notices_a_changed_file(tmp_path):
    file = place(tmp_path)
    receipt = make_receipt(offline({FILE: {}}), "origin", FILE, tmp_path)
    path = written(receipt, tmp_path / "receipts" / "origin" / f"{FILE}.json")
    file.write_bytes(b"other")
    with pytest.raises(RetrievalError, match=f"{file} has changed since it was retrieved.*delete {path}"):
        read_receipt(path)
    file.unlink()
    with pytest.raises(RetrievalError, match=f"{file} has been removed"):
        read_receipt(path)
