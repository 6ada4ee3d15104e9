"""The worker without the command line around it, to keep its memory small."""

from __future__ import annotations

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
    django.setup()
    from enishi.jobs import worker  # noqa: PLC0415 - after django.setup()

    worker.run()


if __name__ == "__main__":
    main()
