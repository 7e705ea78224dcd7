"""How places in code are ranked: what words are worth, which signals count how much, and what is held back."""

from dataclasses import dataclass, field

from nexy.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class WordWeights:
    """What a term is worth that only stands for the asked word; the word itself is 1.

    `form` another form of it (config, cfg); `derived` a word made from it (sort, sorter); `alike` the first of the
    words that people use for it, each further one `fading` times that; `translated` and `fading_translation` likewise
    for a Russian word's English; `spelt` one in Latin letters. Of what is asked, less counts what is `joined` (two
    neighbours in one piece), what a `phrase` is called, `vague` words, and Russian ones that are `unknown`.
    """

    form: float = setting(0.8, at_least=0, at_most=1)
    derived: float = setting(0.3, at_least=0, at_most=1)
    alike: float = setting(0.3, at_least=0, at_most=1)
    fading: float = setting(0.8, at_least=0, at_most=1)
    translated: float = setting(1.0, at_least=0, at_most=1)
    fading_translation: float = setting(0.75, at_least=0, at_most=1)
    spelt: float = setting(0.8, at_least=0, at_most=1)
    joined: float = setting(0.3, at_least=0, at_most=1)
    phrase: float = setting(0.6, at_least=0, at_most=1)
    vague: float = setting(0.4, at_least=0, at_most=1)
    unknown: float = setting(0.6, at_least=0, at_most=1)
    most_words: int = setting(48, at_least=1)
    most_spellings: int = setting(24, at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldBoosts:
    """BM25F: how much a term counts in each field, how far long fields are held back, and `k1`."""

    k1: float = setting(1.2, at_least=0)
    name: float = setting(4.0, at_least=0)
    owner: float = setting(1.5, at_least=0)
    signature: float = setting(2.0, at_least=0)
    comment: float = setting(1.0, at_least=0)
    code: float = setting(0.7, at_least=0)
    path: float = setting(1.0, at_least=0)
    name_length: float = setting(0.3, at_least=0, at_most=1)
    owner_length: float = setting(0.3, at_least=0, at_most=1)
    signature_length: float = setting(0.5, at_least=0, at_most=1)
    comment_length: float = setting(0.6, at_least=0, at_most=1)
    code_length: float = setting(0.75, at_least=0, at_most=1)
    path_length: float = setting(0.3, at_least=0, at_most=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceSignals:
    """What each signal counts for a question in words; the score is their mean by these weights.

    `lexical` BM25F; `coverage` how much of the question is there at all; `name` how well name and question agree;
    `signature` what it has of the question; `exact` a name that the question writes; `joined` neighbouring words in
    one piece; `path` a file that it names; `file` what the rest of the file has of it; `graph` what the best places
    call and are called by; `prior` how much of the project leans on it; `vectors` likeness in meaning.
    """

    lexical: float = setting(3.7, at_least=0)
    coverage: float = setting(1.6, at_least=0)
    name: float = setting(3.2, at_least=0)
    signature: float = setting(3.0, at_least=0)
    exact: float = setting(0.2, at_least=0)
    joined: float = setting(1.1, at_least=0)
    path: float = setting(2.0, at_least=0)
    file: float = setting(1.8, at_least=0)
    graph: float = setting(3.0, at_least=0)
    prior: float = setting(0.1, at_least=0)
    vectors: float = setting(5.0, at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierSignals(SentenceSignals):
    """The same for a question that is a name."""

    signature: float = setting(1.0, at_least=0)
    exact: float = setting(12.0, at_least=0)
    graph: float = setting(1.0, at_least=0)
    prior: float = setting(0.5, at_least=0)
    vectors: float = setting(2.0, at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathSignals(SentenceSignals):
    """The same for a question that is a path."""

    exact: float = setting(4.0, at_least=0)
    path: float = setting(15.0, at_least=0)
    graph: float = setting(1.0, at_least=0)
    vectors: float = setting(1.0, at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damping:
    """What a score is multiplied by: in tests and generated files, and for what is no function and not named."""

    tests: float = setting(0.5, at_least=0, at_most=1)
    generated: float = setting(0.6, at_least=0, at_most=1)
    classes: float = setting(0.6, at_least=0, at_most=1)
    leftovers: float = setting(0.6, at_least=0, at_most=1)
    text: float = setting(0.6, at_least=0, at_most=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingConfig:
    """The ranking. Of each index `candidates` are looked at closely, and the `seeds` best spread along the graph.

    One question follows `graph_edges` in each of `graph_rounds`; a place keeps the share `graph_keep` of what arrives.
    A signal whose share of a score is below `told` is not worth a word.
    """

    words: WordWeights = field(default_factory=WordWeights)
    fields: FieldBoosts = field(default_factory=FieldBoosts)
    sentence: SentenceSignals = field(default_factory=SentenceSignals)
    identifier: IdentifierSignals = field(default_factory=IdentifierSignals)
    path: PathSignals = field(default_factory=PathSignals)
    damping: Damping = field(default_factory=Damping)
    candidates: int = setting(300, at_least=1)
    seeds: int = setting(50, at_least=1)
    graph_edges: int = setting(5000, at_least=0)
    graph_rounds: int = setting(1, at_least=1, at_most=10)
    graph_keep: float = setting(0.3, at_least=0, at_most=1)
    told: float = setting(0.05, at_least=0, at_most=1)
