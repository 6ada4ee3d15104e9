from __future__ import annotations

import logging
import stat

import pytest
from cryptography.fernet import Fernet

from enishi.channels import actions, service, vault
from enishi.channels.contract import Secrets
from enishi.channels.models import Credential
from enishi.kernel.errors import ConflictError

SECRET = Secrets({"password": "kouji-miso"})


def test_the_key_is_made_at_first_use_and_for_its_owner_only(home):
    assert vault.decrypt(vault.encrypt(SECRET)).values == SECRET.values
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600


def test_keys_of_the_environment_come_first(home, settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.ENISHI_SECRET_KEYS = old
    stored = vault.encrypt(SECRET)
    settings.ENISHI_SECRET_KEYS = f"{new}, {old}"
    rotated = vault.rotate(stored)
    settings.ENISHI_SECRET_KEYS = new
    assert vault.decrypt(rotated)["password"] == "kouji-miso"
    with pytest.raises(ConflictError):
        vault.decrypt(stored)
    assert not (home / "secret.key").exists()


def test_a_bad_key_is_explained(settings):
    settings.ENISHI_SECRET_KEYS = "not a key"
    with pytest.raises(ConflictError, match="ENISHI_SECRET_KEYS"):
        vault.encrypt(SECRET)


@pytest.mark.django_db(transaction=True)
def test_rotating_keys_rewrites_every_credential_and_drops_the_old_key(connect, home):
    channel = connect()
    before = (home / "secret.key").read_text()
    stored = bytes(Credential.objects.get().ciphertext)
    assert actions.rotate_keys() == 1
    after = (home / "secret.key").read_text()
    assert len(after.split()) == 1
    assert after != before
    assert bytes(Credential.objects.get().ciphertext) != stored
    assert service.load_secrets(channel.id)["token"]


def test_secrets_are_never_shown(connect, caplog):
    with caplog.at_level(logging.DEBUG):
        channel = connect(password="kouji-miso")
    credential = Credential.objects.get()
    token = service.load_secrets(channel.id)["token"]
    shown = f"{credential!r} {credential} {service.load_secrets(channel.id)!r} {caplog.text}"
    for record in caplog.records:
        shown += repr(record.__dict__)
    assert "kouji-miso" not in shown
    assert token not in shown
    assert token.encode() not in bytes(credential.ciphertext)


def test_the_password_is_exchanged_for_a_session(connect):
    channel = connect(password="kouji-miso")
    assert "kouji-miso" not in str(service.load_secrets(channel.id).values)
