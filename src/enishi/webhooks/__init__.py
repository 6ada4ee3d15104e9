"""Telling other programs what happened, by signed calls (Standard Webhooks)."""
