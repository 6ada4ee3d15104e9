"""The model of deliveries is worth something: with a rule broken it finds a history that fails.

Each mutant takes away one rule that `jobs.dispatcher` and `publishing` state. Seeded, so that
what is found once is found again.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from enishi.publishing import reconciling, sending, settlement
from enishi.publishing.core.states import Outcome
from enishi.publishing.parts import DeliveryParts
from enishi.publishing.sending import Result, SendWork
from tests.integration.publishing.model import Step
from tests.integration.publishing.test_model_of_deliveries import Deliveries, quiet

EXAMPLES = 250
"""At most: the first history that fails ends the search. Hypothesis also draws from constants of
the code, so that a seed finds other histories after a change."""
DECISIVE = (Step.FINE, Step.LOST_AFTER, Step.DIED_AFTER, Step.MEANWHILE)
SEED = 20261122


class Histories(Deliveries):
    """Short ones, of workers only, in which much goes wrong: what these mutants get wrong."""

    person = die = time_passes = None  # type: ignore[assignment]

    @initialize(
        flavour=st.sampled_from(range(3)),
        step=st.sampled_from(DECISIVE),
        meanwhile=st.sampled_from(["freed", "freed and done"]),
        at_once=st.booleans(),
    )
    def begin(self, flavour: int, step: Step, meanwhile: str, *, at_once: bool) -> None:
        """Each begins where it becomes interesting: with an attempt."""
        self.write(flavour=flavour)
        self.claim(place=0)
        self.attempt(step=step, meanwhile=meanwhile, at_once=at_once)

    @rule(flavour=st.sampled_from(range(3)))
    def write(self, flavour: int) -> None:  # type: ignore[override]
        Deliveries.write(self, flavour=flavour, thread=0, comment="", minutes=0)

    @precondition(lambda self: any(worker.works for worker in self.workers))
    @rule(
        step=st.sampled_from(DECISIVE),
        meanwhile=st.sampled_from(["freed", "freed and done"]),
        at_once=st.booleans(),
    )
    def attempt(  # type: ignore[override]
        self, step: Step, meanwhile: str, *, at_once: bool
    ) -> None:
        place = next(number for number, worker in enumerate(self.workers) if worker.works)
        Deliveries.attempt(self, place=place, steps=[step], meanwhile=meanwhile)
        if at_once:
            Deliveries.settle(self, place=place)


def mutated(function: Any, old: str, new: str) -> Any:
    """A function with one expression of its source changed."""
    source = inspect.getsource(function)
    assert source.count(old) == 1, old
    space = dict(function.__globals__)
    exec(compile(source.replace(old, new), "mutant", "exec"), space)  # noqa: S102 - our own source
    return space[function.__name__]


@contextmanager
def blind_retries() -> Iterator[None]:
    """Further attempts send without looking."""
    with (
        patch.object(
            sending, "_attempt", mutated(sending._attempt, "work.attempt > 1", "work.attempt > 99")
        ),
        patch.object(DeliveryParts, "again", new=False),
    ):
        yield


@contextmanager
def looks_at_strangers() -> Iterator[None]:
    """Where the network cannot be asked, an unclear outcome is tried again all the same."""
    with ExitStack() as stack:
        for module in (reconciling, sending):
            stack.enter_context(patch.object(module, "can_look", lambda _row: True))
        yield


@contextmanager
def settles_before_the_call() -> Iterator[None]:
    """The outcome is written down as done although the call was never made."""

    async def attempt(work: SendWork, _adapter: Any, _stage: Any) -> Result:
        return sending._result(work, Outcome.DONE)

    with patch.object(sending, "_attempt", attempt):
        yield


@contextmanager
def no_compare_and_set() -> Iterator[None]:
    """Whoever has a result writes it down, whoever holds the delivery by now."""
    with patch.object(settlement, "_may_settle", lambda _row, _result: True):
        yield


MUTANTS: tuple[Callable[[], Any], ...] = (
    blind_retries,
    looks_at_strangers,
    settles_before_the_call,
    no_compare_and_set,
)


@pytest.mark.django_db
@pytest.mark.parametrize("broken", MUTANTS, ids=lambda broken: broken.__name__)
def test_the_model_of_deliveries_finds_what_a_missing_rule_breaks(broken: Callable[[], Any]):
    chosen = settings(
        max_examples=EXAMPLES,
        stateful_step_count=6,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    with quiet(), broken(), pytest.raises(AssertionError):
        run_state_machine_as_test(seed(SEED)(Histories), settings=chosen)
