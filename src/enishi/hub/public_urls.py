"""The addresses of the hub that everybody may ask, at the root of the installation.

`protocol` ones are for servers and here to stay: other servers remember them.
"""

from __future__ import annotations

from django.urls import path, re_path

from enishi.hub.federation import views
from enishi.hub.protocol import addresses
from enishi.hub.site import feeds, visiting
from enishi.hub.site import views as pages

app_name = "hub_public"

urlpatterns = [
    path(".well-known/webfinger", views.webfinger, name="webfinger"),
    path(".well-known/host-meta", views.host_meta, name="host_meta"),
    path(".well-known/nodeinfo", views.nodeinfo_links, name="nodeinfo_links"),
    path("nodeinfo/2.1", views.nodeinfo, name="nodeinfo"),
    path(addresses.INBOX, views.inbox, name="shared_inbox"),
    path(f"{addresses.ACTORS}/<uuid:actor_id>", views.actor, name="actor"),
    path(f"{addresses.ACTORS}/<uuid:actor_id>/inbox", views.inbox, name="inbox"),
    path(f"{addresses.ACTORS}/<uuid:actor_id>/outbox", views.outbox, name="outbox"),
    path(f"{addresses.ACTORS}/<uuid:actor_id>/followers", views.followers, name="followers"),
    path(f"{addresses.ACTORS}/<uuid:actor_id>/following", views.following, name="following"),
    path(f"{addresses.ACTORS}/<uuid:actor_id>/featured", views.featured, name="featured"),
    path(f"{addresses.OBJECTS}/<uuid:object_id>", views.thing, name="object"),
    path(f"{addresses.OBJECTS}/<uuid:object_id>/create", views.creation, name="creation"),
    path(f"{addresses.OBJECTS}/<uuid:object_id>/replies", views.replies, name="replies"),
    path(f"{addresses.ACTIVITIES}/<uuid:activity_id>", views.act, name="activity"),
    path(f"{addresses.STAMPS}/<uuid:stamp_id>", views.stamp, name="stamp"),
    re_path(
        rf"^{addresses.MEDIA}/([0-9a-f]{{2}}/[0-9a-f]{{64}}\.\w{{2,4}})$", views.file, name="media"
    ),
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", feeds.sitemaps, name="sitemaps"),
    path("@<str:handle>", pages.profile, name="profile"),
    path("@<str:handle>/search", pages.search, name="search"),
    path("@<str:handle>/colours.css", pages.colours, name="colours"),
    path("@<str:handle>/sitemap.xml", feeds.sitemap, name="sitemap"),
    re_path(r"^@(?P<handle>[^/]+)/feed\.(?P<kind>rss|atom|json)$", feeds.feed, name="feed"),
    path("@<str:handle>/tags/<str:name>", pages.tag, name="tag"),
    re_path(
        r"^@(?P<handle>[^/]+)/tags/(?P<name>[^/]+)/feed\.(?P<kind>rss|atom|json)$",
        feeds.feed,
        name="tag_feed",
    ),
    path("@<str:handle>/links", visiting.links, name="links"),
    path("@<str:handle>/links/<uuid:link_id>", visiting.follow_link, name="follow_link"),
    path("@<str:handle>/subscribe", visiting.subscribe, name="subscribe"),
    path("@<str:handle>/confirm/<str:token>", visiting.confirm, name="confirm"),
    path("@<str:handle>/leave/<str:token>", visiting.leave, name="leave"),
    path("@<str:handle>/cancel/<str:token>", visiting.cancel, name="cancel"),
    path("@<str:handle>/<uuid:object_id>/comment", visiting.comment, name="comment"),
    path("@<str:handle>/<uuid:object_id>/register", visiting.register, name="register"),
    path("@<str:handle>/<uuid:object_id>", pages.post, name="post"),
]
