"""What gives access, money or an identity is not remembered; what only sounds like it may be."""

import pytest

from nexy.modules.memory_management.private_values import looks_private
from nexy.modules.memory_management.rules import stated_facts

PRIVATE = [
    "Remember that my password is hunter2",
    "remember my passcode is blue horse",
    "my wifi password is correct horse battery staple",
    "Remember that my PIN is 4821",
    "my pin code is one two three four",
    "remember the CVV is 123",
    "my cvc is 999",
    "Remember my card number is 4111 1111 1111 1111",
    "remember 5500-0000-0000-0004 please",
    "my credit card is 378282246310005",
    "remember the door code is 4567",
    "remember that the alarm code is forty two",
    "the safe code is 77-12-90",
    "remember the code 482913",
    "Remember that my one-time code is 998877",
    "my seed phrase is abandon ability able about",
    "remember my recovery phrase: apple banana",
    "my private key is in the blue file",
    "remember the api key sk-abcdefghijklmnopqrstuvwx",
    "remember my API key is AIzaSyA-1234567890abcdefghijklmnopqrs",
    "my github token is ghp_abcdefghijklmnop1234567890",
    "remember AKIAIOSFODNN7EXAMPLE",
    "remember xoxb-123456789012-abcdefghij",
    "the bearer token is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
    "remember that my social security number is 123-45-6789",
    "remember 123-45-6789",
    "my IBAN is DE89370400440532013000",
    "remember GB82 WEST 1234 5698 7654 32",
    "my bank account number is 12345678",
    "remember my passport number is 4510 123456",
    "my mother's maiden name is Smith",
    "remember postgres://nexy:topsecret@db/nexy",
    "remember Tr0ub4dor&3xyz",
    "remember aB3dE6gH9jK2",
    "remember the licence AB12C-DE34F-GH56I",
    "remember the hash d41d8cd98f00b204e9800998ecf8427e",
    "the combination to the locker is 3 9 27",
    "Запомни, что мой пароль — ромашка",
    "запомни пин-код 4821",
    "запомни мой ПИН 1234",
    "код от домофона 38К4521",
    "запомни, что код сейфа 7712",
    "запомни код подтверждения 5566",
    "номер моей карты 4276 3800 1122 3344",
    "запомни номер карты 2200 1111 2222 3333",
    "мой паспорт 4510 123456",
    "запомни мой СНИЛС 112-233-445 95",
    "мой ИНН 770123456789",
    "запомни секретное слово берёза",
    "кодовое слово для банка — ласточка",
    "запомни сид-фразу яблоко банан вишня",
    "запомни токен бота",
    "девичья фамилия матери Петрова",
    "זכור שהסיסמה שלי היא סיסמה",
]

HARMLESS = [
    "Remember that my daughter's birthday is on May 5",
    "my mother's phone is +7 916 123-45-67",
    "Remember that I collect bowling pins",
    "I live at 221B Baker Street",
    "remember that I park on level three",
    "remember that the spare key is under the mat",
    "I was born in 1987",
    "remember that the meeting is on 12.05.2027 at 14:30",
    "My favourite number is 1000000",
    "remember that Bob's flat is number 345",
    "I like the colour code of this map",
    "Запомни, что ключ лежит под ковриком",
    "телефон мамы 8 916 123-45-67",
    "я живу на улице Ленина, дом 15, квартира 302",
    "Мне 34 года",
    "запомни, что врач принимает с 9 до 18",
    "Меня зовут Инна",
    "я люблю пингвинов",
]


@pytest.mark.parametrize("said", PRIVATE)
def test_private_values_are_seen_and_not_stated(said: str) -> None:
    """Neither the sentence nor a fact made of it gets through."""
    assert looks_private(said)
    assert stated_facts(said, 4000) == []


@pytest.mark.parametrize("said", HARMLESS)
def test_harmless_values_may_be_remembered(said: str) -> None:
    """Telephones, addresses, dates and keys under mats are what a memory is for."""
    assert not looks_private(said)
