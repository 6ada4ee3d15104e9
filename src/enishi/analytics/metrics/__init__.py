"""Metrics: pure functions from tables to tables, in Ibis, for any engine that runs it.

The tables given are those of the lake, already cut down to a scope.
"""
