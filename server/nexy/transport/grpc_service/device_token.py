"""What a device shows of itself: `authorization: Bearer TOKEN` among the metadata of its call."""

from nexy.transport.grpc_service.error_code_mapper import Context

_AUTHORIZATION = "authorization"
_BEARER = "bearer "


def device_token(context: Context) -> str:
    """The token, or nothing; of several the last one counts."""
    given = str(dict(context.invocation_metadata() or ()).get(_AUTHORIZATION, ""))
    return given[len(_BEARER) :].strip() if given[: len(_BEARER)].lower() == _BEARER else ""
