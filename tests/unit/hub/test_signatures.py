"""HTTP signatures: the vectors of RFC 9421, both dialects, and everything that must not pass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from enishi.hub.protocol import keys, rfc9421, signatures
from enishi.hub.protocol.errors import SignatureError
from enishi.hub.protocol.messages import Message, content_digest, digest
from enishi.hub.protocol.signatures import Scheme

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
KEY_ID = "https://peer.example/users/alice#main-key"

# RFC 9421, B.1.4 and B.2.6: the Ed25519 test key and the request that it signed.
ED25519_PEM = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
"""
RFC_MESSAGE = Message(
    "POST",
    "https://example.com/foo?param=Value&Pet=dog",
    {
        "host": "example.com",
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "content-type": "application/json",
        "content-digest": (
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwE"
            "mTHWXvJwew==:"
        ),
        "content-length": "18",
        "signature-input": (
            'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
            ';created=1618884473;keyid="test-key-ed25519"'
        ),
        "signature": (
            "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lI"
            "p5WPpBKRCw==:"
        ),
    },
    b'{"hello": "world"}',
)


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def message(method="POST", body=b'{"a":1}', **headers):
    return Message(method, "https://us.example/hub/inbox?x=1", headers, body)


def signed(key, scheme, *, at=NOW, of=None):
    plain = of or message()
    headers = signatures.sign(plain, key=key, key_id=KEY_ID, scheme=scheme, now=at)
    return Message(plain.method, plain.url, headers, plain.body)


def check(sent, key, now=NOW):
    claim = signatures.read(sent)
    signatures.verify(sent, claim, key.public_key(), now=now)
    return claim


def test_it_verifies_the_ed25519_vector_of_rfc_9421():
    public = keys.read_public(ED25519_PEM)
    found = rfc9421.read(RFC_MESSAGE)
    assert (found.label, found.key_id, found.created) == (
        "sig-b26",
        "test-key-ed25519",
        1618884473,
    )
    rfc9421.verify(RFC_MESSAGE, key=public, label=found.label)


def test_a_changed_vector_of_rfc_9421_does_not_pass():
    public = keys.read_public(ED25519_PEM)
    changed = RFC_MESSAGE.with_headers(date="Tue, 20 Apr 2021 02:07:56 GMT")
    with pytest.raises(SignatureError):
        rfc9421.verify(changed, key=public, label="sig-b26")


def test_the_digests_are_those_of_the_rfcs():
    body = b'{"hello": "world"}\n'
    assert content_digest(body).startswith("sha-256=:")
    assert digest(b'{"hello": "world"}') == "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_it_signs_it_verifies(key, scheme, method):
    plain = message(method, b"" if method == "GET" else b"{}")
    claim = check(signed(key, scheme, of=plain), key)
    assert (claim.scheme, claim.key_id) == (scheme, KEY_ID)


@pytest.mark.parametrize("scheme", list(Scheme))
def test_it_signs_by_ed25519_too(scheme):
    edwards = ed25519.Ed25519PrivateKey.generate()
    check(signed(edwards, scheme), edwards)


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize(
    "change",
    [
        lambda m: Message(m.method, m.url, m.headers, b'{"a":2}'),
        lambda m: Message(m.method, m.url.replace("/hub/", "/hab/"), m.headers, m.body),
        lambda m: Message("PUT", m.url, m.headers, m.body),
        lambda m: m.with_headers(date="Sun, 22 Nov 2026 05:59:00 GMT"),
        lambda m: m.with_headers(host="other.example"),
        lambda m: m.with_headers(digest=digest(b"x"), content_digest=content_digest(b"x")),
    ],
    ids=["body", "path", "method", "date", "host", "digest"],
)
def test_nothing_that_was_signed_can_be_changed(key, scheme, change):
    with pytest.raises(SignatureError):
        check(change(signed(key, scheme)), key)


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize("hours", [-13, 2])
def test_it_counts_within_a_window_of_time_only(key, scheme, hours):
    with pytest.raises(SignatureError, match="date"):
        check(signed(key, scheme, at=NOW + timedelta(hours=hours)), key)


def test_the_target_must_be_signed(key):
    sent = signed(key, Scheme.CAVAGE)
    weak = sent.headers["signature"].replace("(request-target) host date digest", "date")
    with pytest.raises(SignatureError, match="coverage"):
        check(sent.with_headers(signature=weak), key)


def test_a_body_needs_a_signed_digest(key):
    get = signed(key, Scheme.RFC9421, of=message("GET", b""))
    posted = Message("POST", get.url, get.headers, b"{}")
    with pytest.raises(SignatureError, match="coverage"):
        check(posted, key)


@pytest.mark.parametrize(
    "header",
    ["", "nonsense", 'keyId="a"', 'signature="b"', 'keyId="a",keyId="b",signature="c"', "x" * 9000],
)
def test_it_says_why_a_header_cannot_be_read(header):
    with pytest.raises(SignatureError):
        signatures.read(message(signature=header))


def test_another_key_does_not_fit(key):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for scheme in Scheme:
        with pytest.raises(SignatureError):
            check(signed(key, scheme), other)


def test_the_same_signature_has_the_same_fingerprint(key):
    first, second = signed(key, Scheme.CAVAGE), signed(key, Scheme.CAVAGE)
    later = signed(key, Scheme.CAVAGE, at=NOW + timedelta(seconds=1))
    prints = [signatures.read(one).fingerprint for one in (first, second, later)]
    assert prints[0] == prints[1] != prints[2]


def test_multikeys_come_back_as_they_went():
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    again = keys.read_public(keys.multibase(public))
    assert isinstance(again, ed25519.Ed25519PublicKey)
    assert keys.multibase(again) == keys.multibase(public)


@pytest.mark.parametrize("text", ["", "zabc", "z0OIl", "-----BEGIN", "x" * 20_000])
def test_it_refuses_what_is_no_key(text):
    with pytest.raises(SignatureError):
        keys.read_public(text)


def test_it_refuses_short_rsa_keys():
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - to be refused
    with pytest.raises(SignatureError):
        keys.read_public(keys.public_pem(short.public_key()))
