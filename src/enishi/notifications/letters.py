"""Writing and sending e-mail about news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from enishi.accounts.models import PLACEHOLDER_DOMAIN, Membership, User, Workspace
from enishi.jobs import actions as jobs
from enishi.kernel import clock
from enishi.kernel.ids import new_id
from enishi.notifications import wording
from enishi.notifications.core.kinds import Kind, Mail
from enishi.notifications.core.mailing import digest_day, mail_at
from enishi.notifications.models import Letter, Notification

SENDING = "notifications.send"
GATHERING = "notifications.gather"
_MOST = 50
"""How many causes one letter tells."""


@transaction.atomic
def write_soon(user_id: UUID, workspace_id: UUID) -> None:
    """Write a letter with the news that is due; what was mailed lately waits its time."""
    now = clock.now()
    rows = _waiting(user_id, workspace_id, Mail.EACH)
    due = [row for row in rows if mail_at(row.mailed_at, now) <= now]
    later = [mail_at(row.mailed_at, now) for row in rows if row not in due]
    if due:
        _write(user_id, workspace_id, due, key=f"each:{new_id()}")
    if later:
        jobs.enqueue(
            GATHERING,
            {"user": str(user_id), "workspace": str(workspace_id)},
            key=f"{user_id}:{workspace_id}",
            due_at=min(later),
            workspace_id=workspace_id,
        )


def write_daily() -> None:
    """Write each person's letter of the day, once, from eight o'clock of their workspace."""
    now = clock.now()
    pairs = (
        Notification.objects.filter(
            mail=Mail.DAILY.value, read_at=None, count__gt=F("mailed_count")
        )
        .values_list("user_id", "workspace_id", "workspace__time_zone")
        .distinct()
    )
    for user_id, workspace_id, zone in list(pairs):
        day = digest_day(now, ZoneInfo(zone))
        if day:
            _write_day(user_id, workspace_id, f"daily:{user_id}:{workspace_id}:{day}")


@transaction.atomic
def _write_day(user_id: UUID, workspace_id: UUID, key: str) -> None:
    if Letter.objects.filter(key=key).exists():
        return
    rows = _waiting(user_id, workspace_id, Mail.DAILY)
    if rows:
        _write(user_id, workspace_id, rows, key=key)


def _waiting(user_id: UUID, workspace_id: UUID, mail: Mail) -> list[Notification]:
    """Unread news of which there is more than was mailed, locked, the newest first."""
    rows = Notification.objects.select_for_update().filter(
        user_id=user_id, workspace_id=workspace_id, mail=mail.value, read_at=None
    )
    return list(rows.filter(count__gt=F("mailed_count")).order_by("-last_at")[:_MOST])


def _write(user_id: UUID, workspace_id: UUID, rows: Sequence[Notification], *, key: str) -> None:
    """Write the letter down, note what it tells, and ask for it to be sent."""
    found = Membership.objects.select_related("user", "workspace").filter(
        user_id=user_id, workspace_id=workspace_id, user__is_active=True
    )
    member, now = found.first(), clock.now()
    for row in rows:
        Notification.objects.filter(id=row.id).update(mailed_at=now, mailed_count=row.count)
    if member is None or member.user.email.endswith(PLACEHOLDER_DOMAIN):
        return
    subject, body = _composed(member.user, member.workspace, rows)
    letter = Letter.objects.create(
        key=key,
        workspace_id=workspace_id,
        user_id=user_id,
        address=member.user.email,
        subject=subject,
        body=body,
        created_at=now,
    )
    jobs.enqueue(SENDING, {"letter": str(letter.id)}, key=str(letter.id), workspace_id=workspace_id)


def _composed(user: User, workspace: Workspace, rows: Sequence[Notification]) -> tuple[str, str]:
    """Subject and text, in the person's language."""
    base = f"{settings.ENISHI_URL}/w/{workspace.slug}/"
    with translation.override(user.language or workspace.language):
        told = [_told(row, base) for row in rows]
        context = {
            "name": str(user),
            "workspace": workspace.name,
            "items": told,
            "all": f"{base}notifications/",
            "settings": f"{base}settings/notifications/",
        }
        subject = wording.subject([item["title"] for item in told], workspace.name)
        body = render_to_string("notifications/letter.txt", context)
    return subject[:300].replace("\n", " "), body


def _told(row: Notification, base: str) -> dict[str, str]:
    kind = Kind(row.kind)
    text = str(row.parameters.get("text", ""))
    return {
        "title": wording.title(kind, row.count, row.parameters).replace("\n", " "),
        "reason": wording.reason(row.parameters),
        "text": text if row.count == 1 else "",
        "url": base + row.path,
    }


def send(letter_id: UUID) -> bool:
    """Hand a letter to the mail server and note it; False when it was sent before.

    Its Message-ID never changes: should a worker die between the two, the letter goes out
    again under the same name and mailboxes show it once.
    """
    letter = Letter.objects.filter(id=letter_id, sent_at=None).first()
    if letter is None:
        return False
    message = EmailMessage(
        subject=letter.subject,
        body=letter.body,
        to=[letter.address],
        headers={"Message-ID": _message_id(letter), "Auto-Submitted": "auto-generated"},
    )
    message.send()
    return bool(_note_sent(letter_id, clock.now()))


def _note_sent(letter_id: UUID, at: datetime) -> int:
    return Letter.objects.filter(id=letter_id, sent_at=None).update(sent_at=at)


def _message_id(letter: Letter) -> str:
    host = settings.ENISHI_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    return f"<{letter.id}@{host or 'enishi'}>"
