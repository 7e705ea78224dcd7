"""A home that cannot be used is one line."""

import errno
import os
from pathlib import Path

import pytest

from nexy.contracts.errors import ConfigurationInvalid, Unavailable
from nexy.contracts.home import using_home


def test_what_the_system_refuses_names_the_variable_and_the_reason() -> None:
    """The reason is the system's own word, without its path and number."""
    refused = PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/data/run")
    with pytest.raises(ConfigurationInvalid) as raised, using_home(Path("/data")):
        raise refused
    assert raised.value.message == "NEXY_HOME: cannot use /data: Permission denied"
    assert raised.value.field == "home"
    assert raised.value.__cause__ is refused


def test_other_failures_pass() -> None:
    """What is not the system's refusal is not the home's fault."""
    with pytest.raises(Unavailable), using_home(Path("/data")):
        raise Unavailable("later")
