"""Which embedder a configured name means."""

import re
from pathlib import Path

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.errors import ConfigurationInvalid
from nexy.contracts.module import Peers
from nexy.modules.code_search.vectors.embedder import MODEL_FIELD, Embedder
from nexy.modules.code_search.vectors.fastembed_embedder import FastembedEmbedder
from nexy.modules.code_search.vectors.local.onnx_embedder import folder_embedder, package_embedder
from nexy.modules.code_search.vectors.routed import RoutedEmbedder
from nexy.modules.code_search.vectors.scripted import SCRIPTED, ScriptedEmbedder

# Two letters at least: C:\models is a folder.
_SOURCE = re.compile(r"(?P<source>[a-z]{2,}):(?P<name>.*)", re.DOTALL)


def make_embedder(config: CodeVectorsConfig, models: Path, peers: Peers | None = None) -> Embedder | None:
    """The configured embedder; None where none is configured. Nothing is loaded before it is asked.

    `models` is the folder for what is made or fetched. Raises `ConfigurationInvalid` for a name that means nothing,
    `VectorsUnavailable` for a folder or package that is not there.
    """
    if not config.model:
        return None
    if config.model == SCRIPTED:
        return ScriptedEmbedder()
    named = _SOURCE.fullmatch(config.model)
    if named is None:
        return folder_embedder(Path(config.model).expanduser(), config)
    return _named(named["source"], named["name"], config, models, peers)


def _named(source: str, name: str, config: CodeVectorsConfig, models: Path, peers: Peers | None) -> Embedder:
    match source:
        case "package" if name:
            return package_embedder(name, models, config)
        case "fastembed" if name:
            return FastembedEmbedder(name, models, config)
        case "ollama" | "openai" if name and peers is not None:
            return RoutedEmbedder(source, name, peers)
        case _:
            raise ConfigurationInvalid(
                f"{MODEL_FIELD}: {config.model} is no model; give a folder, package:NAME, fastembed:NAME, ollama:NAME "
                "or openai:NAME",
                code="vectors_model",
                field=MODEL_FIELD,
            )
