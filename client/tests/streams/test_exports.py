"""What `nexy_client` gives, and what it costs to import."""

import os
import subprocess
import sys

import pytest

import nexy_client


def test_the_stream_clients_are_found_in_the_package() -> None:
    """By their documented names."""
    from nexy_client import AsyncGrpcStreamClient, FocusClient, GrpcStreamClient, StreamMetrics, streams

    assert GrpcStreamClient is streams.GrpcStreamClient
    assert (AsyncGrpcStreamClient, FocusClient) == (streams.AsyncGrpcStreamClient, streams.FocusClient)
    assert StreamMetrics is streams.StreamMetrics


def test_a_voice_does_not_pay_for_streams() -> None:
    """numpy comes only with the stream clients."""
    program = "import sys, nexy_client; nexy_client.VoiceClient; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "False"


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As of any module; and every listed name is there."""
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = nexy_client.Nothing  # type: ignore[attr-defined]
    assert all(hasattr(nexy_client, name) for name in nexy_client.__all__)


def test_the_command_quiets_grpc_before_it_is_imported() -> None:
    """Its core reads GRPC_VERBOSITY once; what the person set stays."""
    program = (
        "import os, sys; sys.modules['grpc'] = None\n"
        "try:\n    import nexy_client.stream_cli\nexcept ImportError:\n    print(os.environ['GRPC_VERBOSITY'])"
    )
    for told in ({}, {"GRPC_VERBOSITY": "debug"}):
        kept = {name: value for name, value in os.environ.items() if name != "GRPC_VERBOSITY"}
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            env={**kept, **told},
        )
        assert done.stdout.strip() == told.get("GRPC_VERBOSITY", "NONE")
