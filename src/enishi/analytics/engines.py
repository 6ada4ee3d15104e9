"""The heavy libraries, each loaded when it is first used.

A web process that only shows pages never loads them (about 190 MB). Every other module
takes them from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _OnFirstUse:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


arrow: Any = _OnFirstUse("pyarrow")
duckdb: Any = _OnFirstUse("duckdb")
ets_models: Any = _OnFirstUse("statsmodels.tsa.holtwinters")
ibis: Any = _OnFirstUse("ibis")
mixed_models: Any = _OnFirstUse("statsmodels.regression.mixed_linear_model")
pandas: Any = _OnFirstUse("pandas")
theta_models: Any = _OnFirstUse("statsmodels.tsa.forecasting.theta")
