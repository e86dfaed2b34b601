"""Adapting to scanners without labels: domain adversary, where it looks, and how it is measured."""
