"""What a description is understood to ask for."""

import pytest

from nexy.modules.ai_router.offline_code.generation.naming import camel, plural, safe_field, singular, snake
from nexy.modules.ai_router.offline_code.generation.order import understood
from nexy.modules.ai_router.offline_code.generation.russian import english


@pytest.mark.parametrize(
    ("text", "intent", "entity"),
    [
        ("create a REST API endpoint", "rest", "item"),
        ("REST API for blog posts with title", "rest", "blog_post"),
        ("класс Студент с именем", "model", "student"),
        ("функция сортировки товаров по цене", "sort", "product"),
        ("React component for a user list", "react_list", "user"),
        ("таблица заказов с суммой", "table", "order"),
        ("queue class", "queue", "item"),
        ("user registration endpoint", "register", "user_registration"),
        ("function that sums order totals", "sum", "order"),
        ("write a poem", "skeleton", "item"),
    ],
)
def test_intent_and_thing(text: str, intent: str, entity: str) -> None:
    """In English and Russian; what is not named is an item."""
    order = understood(text)
    assert order.intent == intent
    if intent not in ("queue", "register"):
        assert snake(order.entity) == entity


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("class Car with brand, year and price", ["brand:text", "year:integer", "price:number"]),
        ("class User with hired at, isAdmin and tags", ["hired_at:date", "is_admin:boolean", "tags:list"]),
        ("class A with name (string) and age: int", ["name:text", "age:integer"]),
        ("класс Заказ с полями номер, дата создания и оплачен", ["number:text", "creation_date:date", "paid:boolean"]),
        ("class A", ["name:text"]),
    ],
)
def test_fields_and_their_kinds(text: str, fields: list[str]) -> None:
    """Kinds come from names, or from what is written beside them."""
    assert [f"{snake(field.words)}:{field.kind}" for field in understood(text).fields] == fields


def test_a_name_of_ones_own_is_kept() -> None:
    """An identifier in the description names the function."""
    assert understood("function calculateTotal that sums item prices").name == "calculateTotal"


@pytest.mark.parametrize(
    ("one", "many"),
    [("book", "books"), ("category", "categories"), ("box", "boxes"), ("person", "people"), ("day", "days")],
)
def test_numbers_of_nouns(one: str, many: str) -> None:
    """There and back."""
    assert (plural(one), singular(many)) == (many, one)


def test_words_that_a_language_takes_get_a_suffix() -> None:
    """In the way of each language."""
    assert safe_field(("class",), "python") == "class_"
    assert safe_field(("class",), "java") == "classValue"
    assert safe_field(("order",), "sql") == '"order"'
    assert safe_field(("due", "date"), "typescript") == "dueDate"


def test_russian_words_come_in_english_order() -> None:
    """A genitive comes first, an adjective stays, an unknown word is written in Latin letters."""
    assert english(["датой", "регистрации"]) == ("registration", "date")
    assert english(["средним", "баллом"]) == ("average", "score")
    assert camel(english(["щука"])) == "schuka"
