"""The web application for a WSGI server."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
application = get_wsgi_application()

# What is loaded by now stays: the collector need not look at it in the middle of a page.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 50, 50)
