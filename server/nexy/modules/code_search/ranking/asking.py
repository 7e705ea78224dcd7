"""What a question asks for, as the mapped indexes understand it."""

from collections.abc import Sequence
from dataclasses import dataclass

from nexy.config.code_ranking_section import FieldBoosts
from nexy.modules.code_search.postings.asking import Concept, QueryTerm
from nexy.modules.code_search.postings.fields import FieldWeight, FieldWeights
from nexy.modules.code_search.postings.lexical import rarity
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.ranking.wording import Asked
from nexy.modules.code_search.terms.hashing import hash_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One thing asked for with the terms of it that some index has; `worth` is its weight times its rarity."""

    asked: Asked
    concept: Concept
    worth: float


def wanted_of(asked: Sequence[Asked], indexes: Sequence[MappedIndex]) -> Sequence[Wanted]:
    """In the order of the question; what stands nowhere is worth as much as what stands once."""
    documents = sum(index.documents for index in indexes)
    return [_wanted(one, indexes, documents) for one in asked]


def _wanted(asked: Asked, indexes: Sequence[MappedIndex], documents: int) -> Wanted:
    frequencies = {
        QueryTerm(hash=number, weight=term.weight): sum(index.frequency(number) for index in indexes)
        for term in asked.terms
        for number in (hash_of(term.text),)
    }
    # A word that only stands for the asked one should not make it look common.
    common = max((count * term.weight**2 for term, count in frequencies.items()), default=0.0)
    rare = rarity(max(round(common), 1), max(documents, 1))
    terms = [term for term, count in frequencies.items() if count]
    return Wanted(
        asked=asked,
        concept=Concept(terms=terms, weight=asked.weight, rarity=rare),
        worth=asked.weight * rare,
    )


def field_weights(boosts: FieldBoosts) -> FieldWeights:
    """The section's weights as the index takes them."""
    return FieldWeights(
        name=FieldWeight(boost=boosts.name, b=boosts.name_length),
        owner=FieldWeight(boost=boosts.owner, b=boosts.owner_length),
        signature=FieldWeight(boost=boosts.signature, b=boosts.signature_length),
        comment=FieldWeight(boost=boosts.comment, b=boosts.comment_length),
        code=FieldWeight(boost=boosts.code, b=boosts.code_length),
        path=FieldWeight(boost=boosts.path, b=boosts.path_length),
        k1=boosts.k1,
    )
