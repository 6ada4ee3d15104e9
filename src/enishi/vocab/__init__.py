"""ActivityStreams 2.0 values: read, written and compared exactly. Pure standard library."""

from __future__ import annotations

from enishi.vocab import terms
from enishi.vocab.errors import VocabError
from enishi.vocab.nodes import Node, build, parse
from enishi.vocab.times import Duration

__all__ = ["Duration", "Node", "VocabError", "build", "parse", "terms"]
