"""What is made to take long, to break us, or to look like something else."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from enishi.hub.federation.patience import SECONDS, SPAN, Patience
from enishi.hub.protocol import incoming, jsonld, signatures, texts
from enishi.hub.protocol.errors import RefusedError, SignatureError
from enishi.hub.protocol.messages import Message, host_of
from enishi.hub.protocol.signatures import Scheme
from enishi.vocab import parse

# ── what is made to take long, or to look like something else ──


@pytest.mark.parametrize(
    "markup",
    [
        " " * texts.LONGEST,
        "<blockquote>" * 16_000,
        "".join(f"<b a={n}>" for n in range(9000)) + "<p>x" * 20_000,
        "".join(f"<b/a={n}>" for n in range(2000)) + "<p>x" * 3000,
        "<i x='" * 30_000,
        "&" * texts.LONGEST,
    ],
)
def test_markup_is_read_in_time_whatever_it_is(markup):
    begun = time.process_time()
    texts.to_text(texts.clean(markup))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "body", [b'"' + b'\\"' * 400_000, b'"' + b'\\"' * 400_000 + b"\\", b"[" * 900_000]
)
def test_documents_are_refused_in_time_whatever_they_are(body):
    begun = time.process_time()
    with pytest.raises(RefusedError):
        jsonld.read(body)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "value",
    [
        '"\\u0000"',
        '"\\ud800"',
        "1e999",
        "-1e999",
        '{"\\udfff": 1}',
    ],
)
def test_it_refuses_what_no_database_keeps(value):
    body = f'{{"@context": "{jsonld.AS2}", "type": "Note", "x": {value}}}'
    with pytest.raises(RefusedError):
        jsonld.read(body.encode())


def test_bytes_that_are_no_text_are_refused():
    for body in (b'{"type": "\xed\xa0\x80"}', '{"type": "Note"}'.encode("utf-16")):
        with pytest.raises(RefusedError):
            jsonld.read(body)


def test_a_surrogate_pair_is_a_letter():
    body = f'{{"@context": "{jsonld.AS2}", "type": "Note", "content": "\\ud83c\\udf75"}}'
    assert jsonld.read(body.encode()).text("content") == "🍵"


def test_links_lead_elsewhere_and_not_into_enishi():
    for address in ("/w/kissa/settings/", "//evil.example/", "?page=2", "javascript:alert(1)"):
        assert "href" not in texts.clean(f'<a href="{address}">x</a>')


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://EVIL.example/x", "evil.example"),
        ("https://evil.example./x", "evil.example"),
        ("https://ｅｖｉｌ.example/x", "evil.example"),
        ("https://bücher.example/x", "xn--bcher-kva.example"),
        ("https://evil.example:443/x", "evil.example"),
        ("https://evil.example:8443/x", "evil.example:8443"),
        ("https://good.example@evil.example/x", "evil.example"),
        ("https://good.example\\@evil.example/", "evil.example"),
        ("https://[bad/", ""),
        ("https://a b/", ""),
        ("https://evil.example:99999/", ""),
        ("https://xn--\N{PILE OF POO}.example/", ""),
    ],
)
def test_each_host_has_one_spelling(url, host):
    assert host_of(url) == host


def test_times_that_no_calendar_shows_become_plausible():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for told in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        thing = parse(
            {"type": "Note", "id": "https://a.example/1", "published": told, "updated": told}
        )
        said = incoming.said(thing, followers="", now=now)
        for at in (said.published, said.updated):
            assert at is not None
            assert datetime(1990, 1, 1, tzinfo=UTC) <= at <= now


# ── signatures ──


def test_a_time_that_is_not_signed_itself_does_not_count():
    """In the draft, `created` stands beside the signature: whoever replays could set it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    plain = Message("POST", "https://us.example/hub/inbox", {}, b"{}")
    headers = signatures.sign(
        plain, key=key, key_id="https://a.example/u#k", scheme=Scheme.CAVAGE, now=at
    )
    later = at + timedelta(days=40)
    headers["signature"] += f",created={int(later.timestamp())}"
    sent = Message("POST", plain.url, headers, b"{}")
    with pytest.raises(SignatureError, match="date"):
        signatures.verify(sent, signatures.read(sent), key.public_key(), now=later)


def verified(sent, key):
    claim = signatures.read(sent)
    signatures.verify(sent, claim, key.public_key(), now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("inputs", "signature"),
    [
        ("sig1=1", "sig1=:YQ==:"),
        ('sig1=();keyid="a"', "sig1=x"),
        ('sig1=("@method");keyid=5', "sig1=(:YQ==:)"),
        ("sig1=(" * 200, "sig1=:YQ==:"),
        ('sig1=("@method");created=99999999999999;keyid="a"', "sig1=:YQ==:"),
        ("\xff", "\xff"),
        ("", ""),
    ],
)
def test_headers_that_cannot_be_read_are_refused(inputs, signature):
    sent = Message(
        "POST",
        "https://us.example/hub/inbox",
        {"signature-input": inputs, "signature": signature, "content-digest": "x"},
        b"{}",
    )
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(SignatureError):
        verified(sent, key)


# ── servers that answer slowly ──


def test_a_slow_server_is_waited_for_only_so_long():
    now = [0.0]
    patience = Patience(lambda: now[0])
    for _ in range(2):
        with patience.with_host("slow.example"):
            now[0] += SECONDS / 2 + 1
    with pytest.raises(RefusedError, match="slow"), patience.with_host("slow.example"):
        pass
    with patience.with_host("other.example"):
        now[0] += SPAN
    with patience.with_host("slow.example"):
        pass
