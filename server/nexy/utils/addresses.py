"""Addresses of doors as gRPC, URLs and people write them."""

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104  compared, not listened on


def joined(host: str, port: int) -> str:
    """`host:port`, an IPv6 host in brackets: `[::1]:50051`."""
    bare = bare_host(host)
    return f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"


def bare_host(host: str) -> str:
    """The host as sockets take it, whether or not somebody wrote `[::1]`."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def host_of(address: str) -> str:
    """The bare host of `host`, `host:port`, `[::1]:port` or `::1`; empty for nothing."""
    host, colon, port = address.rpartition(":")
    if colon and "]" not in port and (":" not in host or host.endswith("]")):
        return bare_host(host)
    return bare_host(address)


def reachable(address: str) -> str:
    """Where a command on this machine finds the door: one that listens everywhere is asked on loopback."""
    host, _, port = address.rpartition(":")
    return f"{_EVERYWHERE.get(host, host)}:{port}"
