"""How much of a post's success belongs to the account, and how much to its content."""

from __future__ import annotations

from enishi.analytics.powers.mixed import Effect, Powers, Sample, TooFewError, estimate
from enishi.analytics.powers.questions import Refusal, ask

__all__ = ["Effect", "Powers", "Refusal", "Sample", "TooFewError", "ask", "estimate"]
