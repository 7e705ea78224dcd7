"""Asks every system every query, package by package."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.search.corpus import Corpus, corpus
from bench.search.lexical import Search, field_bm25, plain_bm25, term_match
from bench.search.metrics import Quality, Ranked, quality, ranked
from bench.search.packages import Package, Part, packages, part_of
from bench.search.queries import Kind, Query, pairs, questions

Build = Callable[[Corpus], Search]
BASELINE = "BM25, split, stemmed, fields"
LEXICAL: Mapping[str, Build] = {"term match": term_match, "plain BM25": plain_bm25, BASELINE: field_bm25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query with what each system made of it."""

    query: Query
    ranked: Mapping[str, Ranked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All queries of one part; `chunks` is how many pieces there were to find them in, by package."""

    asked: Sequence[Asked]
    chunks: Mapping[str, int]

    def quality(self, system: str, kind: Kind, package: str = "") -> Quality:
        """Of one system for one kind of query, in one package or in all."""
        return quality([
            asked.ranked[system]
            for asked in self.asked
            if asked.query.kind is kind and package in ("", asked.query.package)
        ])  # fmt: skip

    def systems(self) -> Sequence[str]:
        """In the order in which they were asked."""
        return list(self.asked[0].ranked) if self.asked else []


def judged(part: Part, systems: Mapping[str, Build], told: Callable[[str], None]) -> Judged:
    """Fetches what is not there; `told` hears of each package."""
    listed = packages()
    return judged_packages([each for each in listed if part_of(each.name, listed) is part], systems, told)


def judged_packages(chosen: Sequence[Package], systems: Mapping[str, Build], told: Callable[[str], None]) -> Judged:
    """Each package is an index of its own, as a project is."""
    asked: list[Asked] = []
    chunks: dict[str, int] = {}
    for package in chosen:
        made = corpus(package)
        told(f"{package.name} {package.version}: {len(made.places)} pieces")
        chunks[package.name] = len(made.places)
        asked += answered(made, [*pairs(made), *questions(made)], systems)
    return Judged(asked=asked, chunks=chunks)


def answered(made: Corpus, queries: Sequence[Query], systems: Mapping[str, Build]) -> Sequence[Asked]:
    """Every query put to every system over one corpus."""
    results: dict[int, dict[str, Ranked]] = defaultdict(dict)
    for name, build in systems.items():
        search = build(made)
        for number, query in enumerate(queries):
            results[number][name] = ranked(query, search(query.text))
    return [Asked(query=query, ranked=results[number]) for number, query in enumerate(queries)]
