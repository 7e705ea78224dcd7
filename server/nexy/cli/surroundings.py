"""What every command needs: configuration, the person's language, and who runs on this NEXY_HOME."""

import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from nexy.config.sections import UnifiedConfig
from nexy.config.unified_config import Loaded, load_config
from nexy.contracts.errors import ConfigurationInvalid
from nexy.contracts.home import using_home
from nexy.messages.catalogue import Catalogue, choose_language
from nexy.utils.run_file import RunFile, RunningServer


@cache
def help_words() -> Catalogue:
    """The catalogue for help texts: they are needed before the configuration is read."""
    return Catalogue(choose_language(os.environ.get("NEXY_LANGUAGE", "auto"), os.environ))


def told(key: str) -> str:
    """One help text in the person's language."""
    return help_words().text(key)


HomeFlag = Annotated[Path | None, typer.Option("--home", metavar="PATH", help=told("main.home_help"))]
SetFlags = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help=told("main.set_help"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Read once by a command."""

    loaded: Loaded
    language: str
    words: Catalogue

    @classmethod
    def read(cls, home: Path | None = None, settings: Sequence[str] | None = None) -> "Surroundings":
        """From flags (`--home`, each `--set`), the environment and the files; raises `ConfigurationInvalid`."""
        loaded = load_config(os.environ, home=home, flags=_values_by_key(settings or ()))
        language = choose_language(loaded.config.language, os.environ)
        return cls(loaded=loaded, language=language, words=Catalogue(language))

    @property
    def config(self) -> UnifiedConfig:
        """The typed values."""
        return self.loaded.config

    def running_server(self) -> RunningServer | None:
        """The server on this home, if one runs."""
        return RunFile(self.loaded.home).running()

    def hardware_id(self) -> str:
        """This machine's own id, made once per home."""
        file = self.loaded.home / "hardware_id"
        with using_home(self.loaded.home):
            if file.exists():
                return file.read_text(encoding="utf-8").strip()
            file.parent.mkdir(parents=True, exist_ok=True)
            made = f"talk-{uuid.uuid4()}"
            file.write_text(made, encoding="utf-8")
            return made

    @property
    def device_token_file(self) -> Path:
        """Where this machine's token lies once it is paired."""
        return self.loaded.home / "device.token"

    def device_token(self) -> str:
        """The token, or nothing where this machine is not paired; raises `ConfigurationInvalid` if it is unreadable."""
        try:
            return self.device_token_file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as problem:
            raise ConfigurationInvalid(f"{self.device_token_file}: it cannot be read", field="home") from problem


def _values_by_key(settings: Sequence[str]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise ConfigurationInvalid(f"--set {key}: KEY=VALUE is expected", field=key)
        values[key.strip()] = value
    return values
