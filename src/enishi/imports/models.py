"""Imports and the rows of their files that cannot be used."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import Workspace
from enishi.channels.models import Channel
from enishi.imports.core.items import Columns, Kind
from enishi.imports.core.states import IMPORT_STATES, ImportState
from enishi.kernel.ids import new_id

KINDS: list[tuple[str, Any]] = [
    (Kind.OUTBOX, _("ActivityStreams outbox")),
    (Kind.REPOSITORY, _("Account repository (CAR)")),
    (Kind.TWEETS, _("Post archive (tweets.js)")),
    (Kind.POSTS, _("Table of posts")),
    (Kind.METRICS, _("Table of daily numbers")),
]
STATES: list[tuple[str, Any]] = [
    (ImportState.UPLOADED, _("Being checked")),
    (ImportState.PREVIEWED, _("Waiting for you")),
    (ImportState.RUNNING, _("Importing")),
    (ImportState.DONE, _("Imported")),
    (ImportState.FAILED, _("Failed")),
    (ImportState.CANCELLED, _("Cancelled")),
]


class ImportJob(models.Model):
    """One file on its way into the log."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, related_name="+")
    """The account whose past this is; null when unknown or told by a column."""
    via = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=16, choices=KINDS)
    state = models.CharField(max_length=16, choices=STATES, default=IMPORT_STATES.initial)
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change of the mapping: a check of an older one counts for nothing."""
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    columns = models.JSONField(default=dict)
    layout = models.JSONField(default=dict)
    """Headers and first rows of a table, for the mapping page."""
    preview = models.JSONField(default=list)
    types = models.JSONField(default=dict)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    activities = models.PositiveIntegerField(default=0)
    observations = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    erased = models.PositiveIntegerField(default=0)
    """Rows of people who asked to be forgotten."""
    oldest_at = models.DateTimeField(null=True)
    newest_at = models.DateTimeField(null=True)
    progress = models.FloatField(default=0)
    progress_at = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    problem = models.CharField(max_length=40, blank=True)
    problem_params = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        """The source under which the log keeps what came from here."""
        return f"import:{self.kind}"

    @property
    def mapping(self) -> Columns:
        return Columns(**self.columns)

    @property
    def path(self) -> Path:
        return folder() / self.id.hex

    def store(self, content: BinaryIO) -> None:
        """Keep the file until the import is over, for the owner of the folder only."""
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        content.seek(0)
        with self.path.open("wb") as kept:
            shutil.copyfileobj(content, kept, 1024 * 1024)

    def discard(self) -> None:
        """Delete the file: what is private stays no longer than it must."""
        self.path.unlink(missing_ok=True)


def folder() -> Path:
    """Where files wait. It is not served."""
    return Path(settings.ENISHI_HOME) / "imports"


class ImportProblem(models.Model):
    """A row that cannot be used. Its words are chosen when it is shown."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["row"]
        indexes: ClassVar = [models.Index(fields=["job", "row"], name="import_problem_rows")]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"
