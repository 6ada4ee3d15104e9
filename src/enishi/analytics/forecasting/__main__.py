"""`python -m enishi.analytics.forecasting`: questions on standard input, answers on output."""

from __future__ import annotations

import sys

from enishi.analytics.forecasting.questions import answer

sys.stdout.write(answer(sys.stdin.read()))
