"""The product's settings with a data folder of its own for each test process.

`ENISHI_DATABASE_URL` chooses the database; without it the tests use SQLite in memory.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
_home = tempfile.mkdtemp(prefix=f"enishi-test-{_worker}-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["ENISHI_HOME"] = _home
os.environ.setdefault("ENISHI_URL", "http://testserver")
os.environ["ENISHI_ALLOWED_NETWORKS"] = "127.0.0.0/8,::1/128"

from enishi.site.settings import *  # noqa: E402, F403 - the environment above comes first

# Programs that tests start use the product's settings, not these.
os.environ["DJANGO_SETTINGS_MODULE"] = "enishi.site.settings"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

KPI_FRESH_SECONDS = 0
