"""Which facts a person means when she says what to forget."""

from collections.abc import Collection, Mapping, Sequence

from nexy.contracts.memory import Forget
from nexy.modules.memory_management.facts import KnownFact
from nexy.utils.stems import stems

_ENOUGH = 0.75
_OPINIONS = frozenset(
    stems("like love enjoy hate prefer adore dislike люблю любит обожаю обожает ненавижу ненавидит нравится нравятся "
          "предпочитаю предпочитает")
)  # fmt: skip
_KINDS: Mapping[str, frozenset[str]] = {
    "name": frozenset(stems("name called имя имени зовут")),
    "called": frozenset(stems("name call called зовут называть")),
    "home": frozenset(stems("live lives home address city живу живет адрес дом город")),
    "work": frozenset(stems("work works job profession работа работаю работает профессия")),
    "age": frozenset(stems("age old возраст сколько лет")),
    "birthday": frozenset(stems("birthday born рождения день когда родилась родился")),
    "allergic": frozenset(stems("allergy allergies allergic аллергия аллергии")),
    "diet": frozenset(stems("diet vegetarian vegan диета")),
    "has": frozenset(stems("pet pets family питомец питомцы семья")),
    "likes": _OPINIONS,
    "prefers": _OPINIONS,
}
_ASKING = frozenset(stems("where what who when how which где что кто когда кем какой какая сколько"))


def chosen(order: Forget, known: Sequence[KnownFact]) -> Collection[str]:
    """The ids of the facts that the order is about; a named one takes along all that was known of its subject."""
    if order.fact_ids:
        subjects = {fact.subject for fact in known if fact.fact_id in order.fact_ids and fact.subject}
        return [fact.fact_id for fact in known if fact.fact_id in order.fact_ids or fact.subject in subjects]
    return [fact.fact_id for fact in known if not order.about or means(order.about, fact)]


def means(about: str, fact: KnownFact) -> bool:
    """Whether "I like tea", "my name" or "where I live" means this fact."""
    asked = set(stems(about)) - _ASKING or set(stems(about))
    if not asked:
        return False
    if asked <= _KINDS.get(fact.subject.partition(":")[0], frozenset()):
        return True
    asked = asked - _OPINIONS or asked
    told = set(stems(fact.text)) | set(stems(fact.subject.replace(":", " ")))
    return len(asked & told) / len(asked) >= _ENOUGH
