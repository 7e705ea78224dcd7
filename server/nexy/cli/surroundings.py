"""What every command needs: configuration, the person's language, and who runs on this NEXY_HOME."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nexy.config.sections import UnifiedConfig
from nexy.config.unified_config import Loaded, load_config
from nexy.messages.catalogue import Catalogue, choose_language
from nexy.utils.run_file import RunFile, RunningServer


@cache
def help_words() -> Catalogue:
    """The catalogue for help texts: they are needed before the configuration is read."""
    return Catalogue(choose_language(os.environ.get("NEXY_LANGUAGE", "auto"), os.environ))


def told(key: str) -> str:
    """One help text in the person's language."""
    return help_words().text(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Read once by a command."""

    loaded: Loaded
    language: str
    words: Catalogue

    @classmethod
    def read(cls, home: Path | None = None) -> "Surroundings":
        """From the environment and the files; raises `ConfigurationInvalid`."""
        loaded = load_config(os.environ, home=home)
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
        if file.exists():
            return file.read_text(encoding="utf-8").strip()
        import uuid

        file.parent.mkdir(parents=True, exist_ok=True)
        made = f"talk-{uuid.uuid4()}"
        file.write_text(made, encoding="utf-8")
        return made
