"""`python -m enishi.analytics.powers`: a question on standard input, an answer on output."""

from __future__ import annotations

import sys

from enishi.analytics.powers.questions import answer

sys.stdout.write(answer(sys.stdin.read()))
