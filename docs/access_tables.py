"""The tables of ACCESS.md, read off the doors of persons."""

from collections.abc import Callable, Mapping
from typing import assert_never

from markdown_table import code, table

from nexy.contracts.access import Scope
from nexy.contracts.errors import (
    DeadlineExceeded,
    NexyError,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    TooLarge,
    Unauthenticated,
    Unavailable,
    ValidationFailed,
)
from nexy.contracts.rows import Cast, Comparison, RowsRefused, State
from nexy.modules.access.rest.conditions import _OPERATORS, _STATES
from nexy.transport.http_service.auth.refusals import auth_code, auth_status
from nexy.transport.http_service.rest.payload import CONTENT_TYPE
from nexy.transport.http_service.rest.preferences import _KNOWN
from nexy.transport.http_service.rest.refusals import NO_TOKEN, NotSignedIn, rest_refusal, rest_status


def rest_operators() -> str:
    """What a condition can be: written in the query string, and asked of PostgreSQL."""
    rows = [
        (code(f"name={one.value}.value"), code(f"name {_OPERATORS[one]} value"), _of_values(one)) for one in Comparison
    ]
    rows += [(code(f"name=is.{state.value}"), code(f"name IS {_STATES[state]}"), "") for state in State]
    rows += [
        (code('name=in.(a,"b,c")'), code("name = ANY (values)"), "quotes hold commas and brackets"),
        (code("name=not.eq.value"), code("NOT (name = value)"), "before every operator"),
        (
            code("or=(a.eq.1,b.is.null)"),
            code("a = 1 OR b IS NULL"),
            "and `and=`, `not.or=`, `not.and=`, one in another",
        ),
        (code("select=a,short:b,c::text"), code("a, b AS short, c::text"), ", ".join(code(cast) for cast in Cast)),
        (code("order=a.desc.nullslast,b"), code("ORDER BY a DESC NULLS LAST, b"), ""),
        (code("limit=10&offset=20"), code("LIMIT 10 OFFSET 20"), "or `Range: 20-29`"),
        (code("on_conflict=a"), code("ON CONFLICT (a)"), "with `Prefer: resolution=…`; without it the primary key"),
        (code("columns=a,b"), "only these of the body", ""),
    ]
    return table(("in the query string", "what it asks", ""), rows)


def _of_values(one: Comparison) -> str:
    match one:
        case Comparison.LIKE | Comparison.ILIKE:
            return "`*` stands for `%`"
        case Comparison.EQ | Comparison.NEQ | Comparison.GT | Comparison.GTE | Comparison.LT | Comparison.LTE:
            return ""
        case _:
            assert_never(one)


def rest_preferences() -> str:
    """What Prefer may say."""
    meant = {
        "return": "what a change answers with; `minimal` is what the Supabase clients get without it",
        "count": "how many rows there are in all, in `Content-Range`; always counted exactly",
        "resolution": "what becomes of rows that are there already",
        "missing": "columns that a row leaves out: their default, or null",
        "tx": "taken and left aside: every request is one transaction",
        "handling": "`strict`: unknown preferences are refused",
    }
    rows = [(code(name), ", ".join(code(value) for value in sorted(_KNOWN[name])), meant[name]) for name in _KNOWN]
    rows.append((code("max-affected"), "a number", "with `handling=strict`: more rows than this are not changed"))
    return table(("Prefer", "values", "meaning"), rows)


_REST: Mapping[NexyError, str] = {
    Unauthenticated("", code=NO_TOKEN): "neither token nor key",
    Unauthenticated(""): "a token or key that does not hold; `JWT expired` where it did once",
    NotSignedIn("42501", ""): "nobody in particular (role anon) has no right to this",
    RowsRefused("42501", ""): "a row that is not one's own, or a key without the scope `rest`",
    RowsRefused("PGRST205", ""): "no such table, or none for this role",
    RowsRefused("PGRST202", ""): "functions (`/rpc/…`) are not offered",
    RowsRefused("PGRST125", ""): "a path below a table",
    RowsRefused("PGRST126", ""): "the list of all tables is not told",
    ValidationFailed("", code="method_not_allowed"): "PUT and the like",
    RowsRefused("PGRST100", ""): "the query string is not understood, or is too much of it",
    RowsRefused("PGRST102", ""): "the body is no JSON object or array of them",
    RowsRefused("PGRST108", ""): "a condition on another table",
    RowsRefused("PGRST200", ""): "rows of other tables cannot be embedded",
    RowsRefused("PGRST204", ""): "no such column, in a body",
    RowsRefused("42703", ""): "no such column, elsewhere",
    RowsRefused("22P02", ""): "a value that is none of the column's type",
    RowsRefused("PGRST122", ""): "unknown preferences with `handling=strict`",
    RowsRefused("PGRST124", ""): "more rows than `max-affected`",
    RowsRefused("answer_too_large", ""): "the answer would be larger than `access.rest.max_answer_bytes`",
    RowsRefused("21000", ""): "PATCH or DELETE without a condition; `id=not.is.null` means all rows",
    DeadlineExceeded("", code="body_timeout"): "the body does not come in time",
    TooLarge(""): "the body is larger than `access.rest.max_body_bytes`",
    RowsRefused("PGRST103", ""): "a page behind the last row, or a negative one",
    RowsRefused("PGRST106", ""): "another schema than `public`",
    RowsRefused("PGRST107", ""): "an answer in another form than JSON",
    RowsRefused("PGRST107", "", field=CONTENT_TYPE): "a body in another form than JSON",
    RowsRefused("PGRST116", ""): "one row was asked for, and there are none or several",
    RowsRefused("23505", ""): "such a row is there already",
    RowsRefused("23503", ""): "it names a row that is not there, or is somebody else's",
    RowsRefused("23502", ""): "a column that must not be null",
    RateLimitExceeded(""): "too many requests, with Retry-After",
    RateLimitExceeded("", code="too_many_at_once"): "`database.rest_statements_each` of one's statements run already",
    RowsRefused("57014", ""): "the statement took too long",
    Unavailable(""): "the database is away",
}


def rest_codes() -> str:
    """Every refusal of /rest/v1."""
    rows = [
        (f"{rest_status(error)} {code(rest_refusal(error).code)}", meaning)
        for error, meaning in sorted(_REST.items(), key=lambda item: rest_status(item[0]))
    ]
    return table(("status, `code`", "why"), rows)


_AUTH: Mapping[NexyError, str] = {
    ValidationFailed("", code="invalid_credentials"): "address or password are wrong; which of them is not told",
    ValidationFailed("", code="email_address_invalid"): "no e-mail address",
    ValidationFailed("", code="weak_password"): "too short, too long, or not to be typed",
    ValidationFailed("", code="user_already_exists"): "somebody has signed up with this address",
    ValidationFailed("", code="email_exists"): "somebody else has the address that was to be one's own",
    ValidationFailed("", code="signup_disabled"): "only an operator makes accounts (`access.sign_up`)",
    ValidationFailed("", code="anonymous_provider_disabled"): "sign-up without an address",
    ValidationFailed("", code="phone_provider_disabled"): "telephones open nothing here",
    ValidationFailed("", code="unsupported_grant_type"): "neither password nor refresh_token",
    ValidationFailed("", code="refresh_token_not_found"): "unknown, or its session has ended",
    ValidationFailed("", code="refresh_token_already_used"): "used before: the session ends here and now",
    ValidationFailed("", code="session_expired"): "the session is older than `access.tokens.session_seconds`",
    ValidationFailed("", code="validation_failed"): "a field is missing or has another form",
    ValidationFailed("", code="invalid_json"): "the body is no JSON",
    PermissionDenied("", code="not_signed_in"): "an API key, good or not: it opens no account",
    NotFound(""): "not offered here; the message says what is",
    TooLarge(""): "the body is larger than `access.max_body_bytes`",
    PermissionDenied("", code="not_admin"): "`app_metadata` is not the person's to change",
    Unauthenticated("", code="no_authorization"): "no token",
    Unauthenticated("", code="invalid_token"): "a token that is not accepted, whatever is wrong with it",
    Unauthenticated("", code="session_not_found"): "the session has ended, or the account is disabled",
    ValidationFailed("", code="method_not_allowed"): "another verb",
    RateLimitExceeded(""): "too many tries or requests, with Retry-After",
    Unavailable(""): "the database is away, or too many sign in at this moment",
}


def auth_codes() -> str:
    """Every refusal of /auth/v1."""
    rows = [
        (f"{auth_status(error)} {code(auth_code(error))}", meaning)
        for error, meaning in sorted(_AUTH.items(), key=lambda item: auth_status(item[0]))
    ]
    return table(("status, `error_code`", "why"), rows)


def scopes() -> str:
    """What an API key can be good for."""
    meant = {
        Scope.CODE: "`/api/v1/*` and `/v1/*`: what it spends is its person's",
        Scope.REST: "`/rest/v1/*`: its person's rows",
        Scope.SENSORS: "`/focus-server/*`, where a key is shown; without one that door is open",
        Scope.VOICE: "nothing yet: devices' tokens open the voice, and no key is issued for it alone",
    }
    return table(("scope", "opens"), [(code(scope), meant[scope]) for scope in Scope])


ACCESS_BLOCKS: Mapping[str, Callable[[], str]] = {
    "rest-operators": rest_operators,
    "rest-preferences": rest_preferences,
    "rest-codes": rest_codes,
    "auth-codes": auth_codes,
    "key-scopes": scopes,
}
