"""Findings, patterns and measures of a piece of code."""
