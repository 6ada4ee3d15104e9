"""Which hub a visitor is at, and the frame of its views: language, time zone, colours."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from enishi.hub.federation import memory
from enishi.hub.models import HubActor, Theme
from enishi.hub.protocol import addresses, texts
from enishi.hub.site import colours

Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Place:
    """An account of a hub with the look of its pages."""

    actor: HubActor
    theme: Theme
    language: str
    time_zone: str

    @property
    def url(self) -> str:
        """The profile, which every other page lies below."""
        return self.actor.url

    @property
    def about(self) -> str:
        """What the account tells about itself, as plain text."""
        return texts.to_text(self.actor.summary)

    @property
    def logo_url(self) -> str:
        return addresses.media_url(self.actor.base, self.actor.icon) if self.actor.icon else ""

    @property
    def cover_url(self) -> str:
        return addresses.media_url(self.actor.base, self.theme.cover) if self.theme.cover else ""

    @property
    def colours(self) -> colours.Accent:
        return colours.accent(self.theme.accent)

    @property
    def style_url(self) -> str:
        """Its colours as a style sheet; a new address when they change."""
        name = hashlib.sha256(f"{self.theme.accent}{self.theme.scheme}".encode()).hexdigest()[:10]
        return f"{self.url}/colours.css?v={name}"

    @property
    def initial(self) -> str:
        """Stands in for a logo."""
        return self.actor.name.strip()[:1] or "縁"


def find(request: HttpRequest, handle: str) -> Place:
    """The account of a handle on the host that was asked."""
    rows = HubActor.objects.select_related("hub__workspace", "hub__theme", "channel")
    host = request.get_host().lower()
    actor = rows.filter(hub__isnull=False, handle=handle.lower(), host=host).first()
    if actor is None or actor.hub is None:
        raise Http404
    theme = getattr(actor.hub, "theme", None) or Theme(hub=actor.hub)
    workspace = actor.hub.workspace
    return Place(actor, theme, workspace.language, workspace.time_zone)


def at_home(request: HttpRequest) -> str:
    """The handle of the hub whose own host name was asked; empty at that of the installation."""
    host = request.get_host().lower()
    if host not in memory.own_hosts():
        return ""
    rows = HubActor.objects.filter(hub__host=host, host=host).order_by("created_at", "id")
    return rows.values_list("handle", flat=True).first() or ""


def at_place(view: Page) -> Page:
    """Give a view the place instead of a handle, in the language and time of its workspace."""

    @wraps(view)
    def framed(request: HttpRequest, handle: str, **kwargs: Any) -> HttpResponse:
        place = find(request, handle)
        zone = zoneinfo.ZoneInfo(place.time_zone)
        with translation.override(place.language), timezone.override(zone):
            response = view(request, place, **kwargs)
            response["Content-Language"] = place.language
            return response

    return framed


def drawn(place: Place, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of a place. It gets no request: nothing of the visitor can get into it."""
    body = render_to_string(template, {"place": place, **context})
    return HttpResponse(body, status=status)


def private(response: HttpResponse) -> HttpResponse:
    """A page with a form: nobody keeps it, and its address is told to nobody."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
