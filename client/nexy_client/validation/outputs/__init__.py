"""A report for programs (JSON), for CI (JUnit XML) and for people (HTML)."""

from nexy_client.validation.outputs.html_report import html_report
from nexy_client.validation.outputs.json_report import json_report
from nexy_client.validation.outputs.junit_report import junit_report

__all__ = ["html_report", "json_report", "junit_report"]
