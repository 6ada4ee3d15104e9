"""Answers kept for requests that are sent twice."""

from __future__ import annotations

from django.db import models


class KeptAnswer(models.Model):
    """What a request with an `Idempotency-Key` was answered, for a day.

    `status` 0 means that the first request is still being worked on.
    """

    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["caller", "key"], name="one_answer_for_each_key"),
        )
