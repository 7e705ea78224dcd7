"""What names and strings tell alone."""

import pytest

from nexy.modules.ai_router.offline_code.analysis.text_rules import looks_like_secret, looks_like_sql, todo_in


@pytest.mark.parametrize(
    ("text", "called", "sql"),
    [
        ("SELECT a FROM b ", "", True),
        ("select a from b ", "", False),
        ("select a from b ", "db.query", True),
        ("Select one from the list", "print", False),
        ("DELETE FROM a WHERE", "", True),
        ("update your settings", "db.execute", False),
    ],
)
def test_statements_are_told_from_prose(text: str, called: str, sql: bool) -> None:
    """In small letters only where something runs them."""
    assert looks_like_sql(text, called) is sql


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("api_key", "9f8a7b6c5d4e3f2a", True),
        ("dbPassword", "hunter2hunter2", True),
        ("anything", "AKIAABCDEFGHIJKLMNOP", True),
        ("api_key", "your-api-key", False),
        ("password", "********", False),
        ("password", "${PASSWORD}", False),
        ("password_hint", "the usual one", False),
        ("token_count", "9f8a7b6c5d4e3f2a", False),
    ],
)
def test_secrets_are_told_from_placeholders(name: str, value: str, secret: bool) -> None:
    """By name and value, or by a value that says it all."""
    assert looks_like_secret(name, value) is secret


def test_marks_of_work_are_whole_words_in_capitals() -> None:
    """With what is to be done."""
    assert todo_in("# TODO(anna): mend it") == ("TODO", "anna): mend it")
    assert todo_in("// FIXME") == ("FIXME", "")
    assert todo_in("a todo list, mastodons") is None
