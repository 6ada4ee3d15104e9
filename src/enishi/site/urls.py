"""The addresses of Enishi: each slice is found and mounted below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from enishi.accounts import views as accounts
from enishi.sample import views as sample
from enishi.site import appearance, health, home, views
from enishi.site.api import api
from enishi.site.discovery import surfaces

workspace_urls: list[URLPattern | URLResolver] = [
    path("", home.today, name="home"),
    *(path("", include(f"enishi.{name}.urls")) for name, _ in surfaces("urls")),
]

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("welcome/", views.first_run, name="first_run"),
    path("welcome/start/", views.first_steps, name="first_steps"),
    path("welcome/sample/", sample.make_sample, name="make_sample"),
    path("sign-in/<str:secret>/", accounts.use_link, name="sign_in_link"),
    path("language/", views.choose_language, name="choose_language"),
    path("theme/", appearance.choose_theme, name="choose_theme"),
    path("account/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("w/<slug:workspace_slug>/", include(workspace_urls)),
    *(path("", include(f"enishi.{name}.public_urls")) for name, _ in surfaces("public_urls")),
]

handler400 = "enishi.site.views.bad_request"
handler403 = "enishi.site.views.forbidden"
handler404 = "enishi.site.views.not_found"
handler500 = "enishi.site.views.broken"
