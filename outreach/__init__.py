"""Bilingual mail-merge and campaign manager: the right letter, once, in the right words."""

__version__ = "0.1.0"
