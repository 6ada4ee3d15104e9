"""Forms of visitors. They need no cookie: a signed token says when each form was shown."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from enishi.accounts.formkit import attempt
from enishi.hub import visitors
from enishi.hub.models import Gathering, HubLink, HubObject
from enishi.hub.protocol.addressing import OPEN
from enishi.hub.site import describing
from enishi.hub.site.caching import public
from enishi.hub.site.forms import CommentForm, RegisterForm, SubscribeForm
from enishi.hub.site.places import Place, at_place, drawn, private
from enishi.kernel.errors import NotFoundError

_OPEN = [one.value for one in OPEN]


def _said(place: Place, title: str, text: str, *, status: int = 200, **more: str) -> HttpResponse:
    """A page with one thing to read, and perhaps one button."""
    head = describing.of_place(place, title=title, path="/", index=False)
    context = {"head": head, "title": title, "text": text, **more}
    return private(drawn(place, "hub/told.html", status=status, **context))


def _post_of(place: Place, object_id: UUID) -> HubObject:
    rows = HubObject.objects.select_related("actor__hub__workspace")
    return get_object_or_404(
        rows, id=object_id, actor=place.actor, deleted_at=None, visibility__in=_OPEN
    )


def _origin(request: HttpRequest) -> str:
    return visitors.origin_of(str(request.META.get("REMOTE_ADDR", "")))


# ── comments ──


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def comment(request: HttpRequest, place: Place, object_id: UUID) -> HttpResponse:
    """Write a comment; it waits for a moderator."""
    thing = _post_of(place, object_id)
    if not place.theme.comments_open:
        raise Http404
    form = CommentForm(request.POST or None)
    if form.is_valid() and _commented(request, form, thing):
        text = _("It appears on the page as soon as somebody has read it.")
        return _said(place, _("Thank you for your comment"), text, back=thing.url)
    context = {
        "head": describing.of_place(place, title=_("Comment"), path="/", index=False),
        "form": form,
        "post": thing,
        "token": visitors.form_token(thing),
        "title": _("Write a comment"),
        "send": _("Send"),
        "hint": _("Comments are read before they appear. Your name is shown with it."),
    }
    return private(drawn(place, "hub/form.html", status=400 if form.errors else 200, **context))


def _commented(request: HttpRequest, form: CommentForm, thing: HubObject) -> bool:
    if form.is_trapped():
        return True
    given = form.cleaned_data
    made = attempt(
        form,
        lambda: visitors.comment(
            thing,
            name=given["name"],
            text=given["text"],
            token=given["token"],
            origin=_origin(request),
        ),
    )
    return made is not None


# ── letters ──


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def subscribe(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask for letters; a link in the first one confirms it."""
    hub = place.actor.hub
    if hub is None or not place.theme.letters_open:
        raise Http404
    form = SubscribeForm(request.POST or None)
    if form.is_valid() and _subscribed(request, form, place):
        text = _("Open the letter that we sent to you, and confirm with the link in it.")
        return _said(place, _("One more step"), text, back=place.url)
    context = {
        "head": describing.of_place(place, title=_("Subscribe"), path="/subscribe", index=False),
        "form": form,
        "title": _("New posts by e-mail"),
        "send": _("Subscribe"),
        "hint": "",
    }
    return private(drawn(place, "hub/form.html", status=400 if form.errors else 200, **context))


def _subscribed(request: HttpRequest, form: SubscribeForm, place: Place) -> bool:
    hub, email = place.actor.hub, form.cleaned_data["email"]
    if form.is_trapped() or hub is None:
        return True

    def action() -> bool:
        visitors.subscribe(hub, email=email, origin=_origin(request))
        return True

    return attempt(form, action) is not None


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def confirm(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    """Confirm a subscription. Looking at the page changes nothing: programs look at links, too."""
    try:
        subscriber = visitors.subscriber_of(token, leaving=False)
    except NotFoundError as error:
        return _said(place, str(error), _("Please subscribe once more."), status=404)
    if request.method != "POST":
        text = _("Send new posts to %(address)s?") % {"address": subscriber.email}
        return _said(place, _("Confirm"), text, button=_("Yes, send them"))
    visitors.confirm(subscriber, place.actor)
    text = _("From now on new posts come by e-mail.")
    return _said(place, _("Welcome"), text, back=place.url)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def leave(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    """Unsubscribe: with the button, or in one step by the mail program (RFC 8058)."""
    try:
        subscriber = visitors.subscriber_of(token, leaving=True)
    except NotFoundError as error:
        return _said(place, str(error), "", status=404)
    if request.method != "POST":
        text = _("No more letters to %(address)s?") % {"address": subscriber.email}
        return _said(place, _("Unsubscribe"), text, button=_("Unsubscribe"))
    visitors.leave(subscriber)
    return _said(place, _("Unsubscribed"), _("You get no more letters."), back=place.url)


# ── events ──


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def register(request: HttpRequest, place: Place, object_id: UUID) -> HttpResponse:
    """Register for an event."""
    thing = _post_of(place, object_id)
    gathering = get_object_or_404(Gathering, thing=thing, is_open=True)
    form = RegisterForm(request.POST or None)
    if form.is_valid() and _registered(request, form, thing):
        text = _("We sent a confirmation to you. It has a link to give your seat back.")
        return _said(place, _("You are registered"), text, back=thing.url)
    context = {
        "head": describing.of_place(place, title=_("Registration"), path="/", index=False),
        "form": form,
        "post": thing,
        "token": visitors.form_token(thing),
        "title": thing.name or _("Registration"),
        "send": _("Register"),
        "hint": "",
        "consent": gathering.consent,
    }
    return private(drawn(place, "hub/form.html", status=400 if form.errors else 200, **context))


def _registered(request: HttpRequest, form: RegisterForm, thing: HubObject) -> bool:
    if form.is_trapped():
        return True
    given = form.cleaned_data
    guest = visitors.Guest(
        given["name"], given["email"], given["note"], agrees=bool(request.POST.get("agrees"))
    )
    origin = _origin(request)
    made = attempt(
        form, lambda: visitors.register(thing, guest, token=given["token"], origin=origin)
    )
    return made is not None


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def cancel(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    """Give a seat back."""
    try:
        registration = visitors.registration_of(token)
    except NotFoundError as error:
        return _said(place, str(error), "", status=404)
    event = registration.gathering.thing
    if request.method != "POST":
        return _said(place, _("Give your seat back?"), event.name, button=_("Give it back"))
    visitors.cancel(registration)
    return _said(place, _("Your seat is free for others"), event.name, back=event.url)


# ── links ──


@require_safe
@at_place
def links(request: HttpRequest, place: Place) -> HttpResponse:
    """The link page."""
    del request
    head = describing.of_place(place, title=_("Links"), path="/links")
    shown = HubLink.objects.filter(hub=place.actor.hub, shown=True)
    return public(drawn(place, "hub/links.html", head=head, links=list(shown)))


@require_safe
@at_place
def follow_link(request: HttpRequest, place: Place, link_id: UUID) -> HttpResponse:
    """Count a click and go on."""
    link = get_object_or_404(HubLink, id=link_id, hub=place.actor.hub, shown=True)
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        agent = request.headers.get("User-Agent", "")
        visitors.click(link, place.actor, origin=_origin(request), agent=agent)
    response = HttpResponseRedirect(link.url)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
