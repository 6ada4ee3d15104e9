from __future__ import annotations

from pathlib import Path

import pytest

from enishi.site.mailing import mail_settings

HOME = Path("mail")


def test_it_writes_files_unless_told_otherwise():
    assert mail_settings("", HOME).backend.endswith("filebased.EmailBackend")
    assert mail_settings("console:", HOME).backend.endswith("console.EmailBackend")


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example", 587, True, False),
        ("smtp://mail.example:2525?tls=off", 2525, False, False),
        ("smtps://mail.example", 465, False, True),
    ],
)
def test_it_speaks_to_a_mail_server(url, port, starttls, tls):
    found = mail_settings(url, HOME)
    assert (found.host, found.port) == ("mail.example", port)
    assert (found.starttls, found.tls) == (starttls, tls)


def test_it_reads_names_and_passwords_with_signs():
    found = mail_settings("smtp://me%40example.jp:p%2Fw@mail.example", HOME)
    assert (found.user, found.password) == ("me@example.jp", "p/w")


def test_it_refuses_another_kind_without_repeating_the_password():
    with pytest.raises(ValueError, match="ENISHI_EMAIL_URL") as caught:
        mail_settings("imap://me:secret@mail.example", HOME)
    assert "secret" not in str(caught.value)
