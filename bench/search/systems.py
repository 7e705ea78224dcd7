"""Everything that is compared in one run."""

from collections.abc import Iterable, Mapping

from bench.search.judging import BASELINE, LEXICAL, Build
from bench.search.ours import WITH_VECTORS, WITHOUT_MODEL, Indexes, variants
from bench.search.semantic import Vectors, plain_fusion, vectors_alone
from nexy.config.code_ranking_section import RankingConfig

FUSION = "BM25 and vectors, reciprocal ranks"
_WITHOUT, _VECTORS = "without ", "vectors"


def compared(indexes: Indexes, config: RankingConfig) -> Mapping[str, Build]:
    """The baselines and ours; what needs vectors only where there is a model."""
    vectors = indexes.vectors
    ours = {WITHOUT_MODEL: indexes.build(config, with_vectors=False)}
    if vectors is None:
        return {**LEXICAL, **ours}
    return {**LEXICAL, **_semantic(vectors), **ours, WITH_VECTORS: indexes.build(config, with_vectors=True)}


def without_each(indexes: Indexes, config: RankingConfig) -> Mapping[str, Build]:
    """Ours without each signal in turn, by the name of `left_out`."""
    has_vectors = indexes.vectors is not None
    return {
        left_out(missing): indexes.build(changed, with_vectors=has_vectors)
        for missing, changed in variants(config).items()
        if has_vectors or missing != _VECTORS
    }


def left_out(missing: str) -> str:
    """The name of the variant without this."""
    return f"{_WITHOUT}{missing}"


def signals_left_out(systems: Iterable[str]) -> Mapping[str, str]:
    """Which of these systems lack something: what they lack, and their names."""
    return {name.removeprefix(_WITHOUT): name for name in systems if name.startswith(_WITHOUT)}


def _semantic(vectors: Vectors) -> Mapping[str, Build]:
    return {
        "vectors alone": lambda corpus: vectors_alone(corpus, vectors),
        FUSION: lambda corpus: plain_fusion(LEXICAL[BASELINE](corpus), vectors_alone(corpus, vectors)),
    }
