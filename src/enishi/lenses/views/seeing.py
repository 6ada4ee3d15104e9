"""Pages that look: balance, reach, posts, growth, awareness."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enishi.accounts.requests import WorkspaceRequest
from enishi.analytics.facts import BASES
from enishi.analytics.powers import Powers
from enishi.channels import taxonomy
from enishi.kernel.errors import InvalidInputError
from enishi.lenses import actions, pictures, queries, words
from enishi.lenses.core.levels import LEAVES, ORDER
from enishi.lenses.core.sight import Lens
from enishi.lenses.queries.balance import LEVELS
from enishi.lenses.views.asking import asked, done, toolbar
from enishi.strategy.queries.resources import limits_of
from enishi.strategy.views.common import given_day


@require_GET
def balance(request: WorkspaceRequest) -> HttpResponse:
    """Networking and media: declared and measured, and all events through either lens."""
    wanted = asked(request.GET)
    lens = Lens.MEDIA if request.GET.get("lens") == Lens.MEDIA else Lens.NETWORK
    scheme = request.GET.get("scheme", "mic-2015")
    level = request.GET.get("level", "class")
    found = queries.balance(request.actor, wanted)
    seen = queries.sight(request.actor, wanted, lens=lens, scheme=scheme, level=level)
    context = {
        "tab": "balance",
        "found": found,
        "parts": [
            (part, *words.INDICATORS[part.indicator], *words.ENDS[part.indicator])
            for part in found.balance.parts
        ],
        "chart": pictures.balance(found),
        "seen": seen,
        "rows": [
            (row, [row.cells.get(column.key, 0) for column in seen.columns])
            for row in seen.sight.rows
        ],
        "totals": [seen.sight.of_column(column.key) for column in seen.columns],
        "sight_chart": pictures.sight(seen.sight, seen.columns),
        "lens": lens,
        "lenses": list(Lens),
        "schemes": [(one.id, taxonomy.words(one.name)) for one in taxonomy.registry().schemes],
        "levels": list(zip(LEVELS, _level_names(), strict=True)),
    }
    kept = {"lens": lens.value, "scheme": scheme, "level": level}
    return render(
        request, "lenses/balance.html", context | toolbar(request, wanted, found.window, **kept)
    )


def _level_names() -> tuple[str, str, str]:
    return _("Classes of the scheme"), _("SNS and other social media"), _("Channels")


@require_GET
def reach(request: WorkspaceRequest) -> HttpResponse:
    """SNS↔CNS, and spend and results at every level."""
    wanted = asked(request.GET)
    found, rolled = queries.reach(request.actor, wanted), queries.levels(request.actor, wanted)
    context = {
        "tab": "reach",
        "found": found,
        "sources": [(words.SOURCES[name], value) for name, value in found.whole.sources.items()],
        "chart": pictures.reach(found),
        "rolled": rolled,
        "places": ORDER,
        "leaves": LEAVES,
        "sums": [
            (words.METRICS[metric], [values[place] for place in ORDER])
            for metric, values in rolled.sums.items()
        ],
        "notes": [(words.METRICS[note.metric], note) for note in rolled.notes],
    }
    return render(request, "lenses/reach.html", context | toolbar(request, wanted, found.window))


@require_POST
def place(request: WorkspaceRequest) -> HttpResponse:
    """Say where a note counts."""
    given = request.POST
    return done(
        request,
        "reach",
        act=lambda: actions.place_item(
            request.actor,
            metric=given.get("metric", ""),
            subject=given.get("subject", ""),
            place=given.get("place", ""),
        ),
        said=_("The item counts there now."),
    )


@require_GET
def posts(request: WorkspaceRequest) -> HttpResponse:
    """What belongs to the account, what to the content, and what to support."""
    wanted, base = asked(request.GET), request.GET.get("base", "reach")
    found = queries.scores(request.actor, wanted, base=base)
    power = queries.powers(request.actor)
    fitted = power.answer if isinstance(power.answer, Powers) else None
    context = {
        "tab": "posts",
        "found": found,
        "bases": [(key, words.BASES[key]) for key in BASES],
        "base": base,
        "base_name": words.BASES[base],
        "power": power,
        "fitted": fitted,
        "lifts": queries.lifts(request.actor, wanted),
        "kinds": list(words.KINDS.items()),
    }
    if fitted:
        accounts = [power.names.get(one.name, one.name) for one in fitted.accounts]
        topics = [one.name or _("No topic") for one in fitted.topics]
        context |= {
            "rest_share": 1 - fitted.account_share - fitted.topic_share,
            "accounts": list(zip(accounts, fitted.accounts, strict=True)),
            "topics": list(zip(topics, fitted.topics, strict=True)),
            "topics_chart": pictures.effects(fitted.topics, topics),
        }
    bar = toolbar(request, wanted, found.window, base=base)
    return render(request, "lenses/posts.html", context | bar)


@require_POST
def powers(request: WorkspaceRequest) -> HttpResponse:
    """Ask for the mixed model anew."""
    return done(
        request,
        "posts",
        act=lambda: actions.request_powers(request.actor),
        said=_("The model is being computed. Look again in a minute."),
    )


@require_POST
def support(request: WorkspaceRequest) -> HttpResponse:
    """Mark a post as supported, or take the mark off."""
    given = request.POST
    post, kind = given.get("post", ""), given.get("kind", "")
    if given.get("remove"):
        return done(
            request,
            "posts",
            act=lambda: actions.unmark_support(request.actor, post=post, kind=kind),
            said=_("The mark was taken off."),
        )
    return done(
        request,
        "posts",
        act=lambda: actions.mark_support(request.actor, post=post, kind=kind),
        said=_("The post is marked as supported."),
    )


@require_GET
def growth(request: WorkspaceRequest) -> HttpResponse:
    """Where followers came from, how regular posts were, and what can be believed."""
    wanted = asked(request.GET)
    found = queries.growth(request.actor, wanted)
    regular_window, regular = queries.cadence(request.actor, wanted)
    context = {
        "tab": "growth",
        "found": found,
        "regular": [(one, pictures.cadence(one), f"cadence-{one.channel_id}") for one in regular],
        "regular_window": regular_window,
        "targets": [
            (one, words.LIKELIHOOD_TONES[one.judgement.likelihood])
            for one in queries.plausibility(request.actor)
        ],
        "limits": limits_of(request.actor.workspace_id),
        "flags": queries.jumps(request.actor, _of_channels(wanted)),
    }
    return render(request, "lenses/growth.html", context | toolbar(request, wanted, found.window))


def _of_channels(wanted: queries.Asked) -> queries.Asked:
    """Jumps are looked for over half a year, whatever the days of the page are."""
    return queries.Asked(channel_ids=wanted.channel_ids)


@require_POST
def audit(request: WorkspaceRequest) -> HttpResponse:
    """Write down what a jump was."""
    given = request.POST

    def act() -> object:
        channels = asked(given).channel_ids
        if not channels:
            raise InvalidInputError(_("There is no such channel."), field="channel")
        return actions.audit_jump(
            request.actor,
            channel_id=channels[0],
            day=given_day(given.get("day", ""), "day"),
            is_genuine=given.get("genuine") == "yes",
            note=given.get("note", ""),
        )

    return done(request, "growth", act=act, said=_("Your finding is kept."))


@require_GET
def awareness(request: WorkspaceRequest) -> HttpResponse:
    """Awareness, loyalty, traffic, short videos."""
    wanted = asked(request.GET)
    found = queries.awareness(request.actor, wanted)
    names = (_("Awareness"), _("Loyalty"), _("Traffic"), _("Short videos"))
    context = {
        "tab": "awareness",
        "found": found,
        "packs": list(zip(names, found.packs.values(), strict=True)),
        "chart": pictures.searches(found.days),
    }
    return render(
        request, "lenses/awareness.html", context | toolbar(request, wanted, found.window)
    )
