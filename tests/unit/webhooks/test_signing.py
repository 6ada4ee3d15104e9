"""Signatures, held against the example that the Standard Webhooks specification prints."""

from __future__ import annotations

import base64

import pytest

from enishi.webhooks.core import signing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_it_signs_as_the_specification_prints():
    made = signing.signature(
        SECRET,
        identifier="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_it_makes_secrets_of_thirty_two_random_bytes():
    first, second = signing.new_secret(), signing.new_secret()
    assert first != second
    assert len(signing.key_of(first)) == len(signing.key_of(second)) == 32


@pytest.mark.parametrize(
    "secret",
    [
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_***",
        "whsec_" + base64.b64encode(b"short").decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
    ],
)
def test_it_refuses_what_is_no_secret(secret):
    with pytest.raises(ValueError, match="the secret"):
        signing.key_of(secret)


def test_it_signs_with_both_secrets_while_one_is_replaced():
    other = signing.new_secret()
    made = signing.headers([other, SECRET], identifier="msg_1", timestamp=5, body=b"{}")
    new, old = made["webhook-signature"].split(" ")
    assert new == signing.signature(other, identifier="msg_1", timestamp=5, body=b"{}")
    assert old == signing.signature(SECRET, identifier="msg_1", timestamp=5, body=b"{}")
    assert (made["webhook-id"], made["webhook-timestamp"]) == ("msg_1", "5")
