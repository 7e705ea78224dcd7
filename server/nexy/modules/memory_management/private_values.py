"""What must not be remembered, whoever said it: passwords, keys, codes, cards, papers.

Too much is left out rather than too little; a person's telephone number, address or birthday is no secret of this kind.
"""

import re

from nexy.utils.masking import Masker

_masker = Masker()
_NAMED = re.compile(
    r"""\b(?:
       pass(?:word|code|phrase|wd|port\ (?:number|no))s?|pin(?:[\ -]?code)?|pwd|cvv2?|cvc2?|one[\ -]?time\ code|otp
      |(?:seed|recovery)\ (?:phrase|code|key)s?
      |(?:private|secret|api|access|licen[cs]e|encryption|ssh|security)[\ -]key
      |(?:api|access|auth|bearer|refresh|bot|session)[\ -]?tokens?|tokens?\ (?:is|was)|client\ secret|credentials?
      |pass\ is|(?:wi-?fi|network|router)\ key|authenticator|disarm\w*|back\ of\ (?:the|my)\ card
      |(?:un)?lock(?:s|box|er)?\ (?:[\w']+\ ){0,4}with|(?:log|sign)(?:s|ged|ed)?\ ?in(?:to)?\b.*\bwith
      |passport\b.*\d{5,}|security\ (?:question|answer)
      |(?:access|entry|door|gate|alarm|safe|lock|security|verification|confirmation|activation|unlock|sms|2fa|vault
         |garage)\ (?:pin\ )?codes?
      |combination\ (?:to|of|for)|secret\ (?:word|answer|question|code)|mother's\ maiden\ name
      |social\ security|ssn|sort\ code|routing\ number|tax\ id|iban
      |(?:bank\ )?account\ number|(?:credit|debit|bank)\ card(?:\ number)?|card\ number
      |парол(?:ь|я|ю|е|и|ем|ей|ям|ями|ях)|пасс|пин|пин-?\ ?код\w*|код-?фраз\w*|кодов\w+\ (?:слов|фраз)\w*
      |сид-?\ ?фраз\w*|токен\w*
      |секретн\w+\ (?:слов|код|ключ|вопрос|фраз)\w*|(?:приватн|закрыт|секретн)\w+\ ключ\w*
      |(?:api|апи)-?\ ?ключ\w*|ключ\w*\ (?:доступа|api|апи)
      |код\w*\ (?:от|для|доступа|подтверждения|активации|из\ смс|безопасности|домофона|сейфа|подъезда|двери|ворот|замка)
      |(?:сейф|домофон|замок|подъезд|сигнализаци)\w*\b.*\bкод\w*|номер\w*\ (?:\w+\ )?(?:карт|паспорт|сч[её]т|полис)\w*
      |сигнализаци\w*\b.*\b(?:снима|отключа)\w*|(?:вай-?\ ?фай|wi-?fi|сет)\w*\ ключ\w*|разблокир\w*|оборот\w*\ карт\w*
      |для\ входа\ в|кодов\w+\ зам(?:ок|к)\w*
      |(?:захо|вхо|логин|авториз)\w+\b.*\bпо\ (?:слов|фраз|код|цифр)\w*|(?:контрольн|секретн)\w+\ (?:вопрос|ответ)\w*
      |(?:загран)?паспорт(?:а|у|ом|е|ов)?|паспортн\w+\ данн\w*|снилс\w*|инн|свв|цвв|реквизит\w*|девичья\ фамилия\ матери
      |סיסמה|סיסמא|קוד\ סודי
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CODE_WITH_DIGITS = re.compile(
    r"\b(?:code|код)\w*\b.{0,30}?(?:\d[ -]?){2,}\d|(?:\d[ -]?){2,}\d.{0,15}?\b(?:code|код)\w*\b", re.IGNORECASE
)
_IN_FOURS = re.compile(r"(?<!\d)\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?!\d)")
_DIGITS = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
_SOCIAL_SECURITY = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)|(?<!\d)\d{3}-\d{3}-\d{3} \d{2}(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_BLOCK = re.compile(r"[A-Za-z0-9+/_=!@#$%^&*.-]{10,}")
_HEX = re.compile(r"\b(?:0x)?[0-9a-fA-F]{32,}\b")
_LICENCE = re.compile(r"\b[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){2,}\b")
_SHORTEST_RANDOM = 16


def looks_private(text: str) -> bool:
    """Whether the text names or holds something that gives access, money or an identity."""
    return bool(
        _NAMED.search(text)
        or _CODE_WITH_DIGITS.search(text)
        or _IN_FOURS.search(text)
        or _SOCIAL_SECURITY.search(text)
        or _IBAN.search(text)
        or _HEX.search(text)
        or _LICENCE.search(text)
        or _masker.text(text) != text
        or any(_is_card(found.group()) for found in _DIGITS.finditer(text))
        or any(_looks_random(found.group()) for found in _BLOCK.finditer(text))
    )


def _is_card(digits: str) -> bool:
    """By Luhn's check digit, as on every payment card."""
    reversed_digits = [int(char) for char in reversed(digits) if char.isdigit()]
    doubled = (digit * 2 for digit in reversed_digits[1::2])
    return (sum(reversed_digits[::2]) + sum(digit - 9 if digit > 9 else digit for digit in doubled)) % 10 == 0


def _looks_random(block: str) -> bool:
    """A password or key: letters of both cases, digits and signs mixed as no word mixes them."""
    tests = (str.islower, str.isupper, str.isdigit, "!@#$%^&*+=".__contains__)
    kinds = sum(any(map(test, block)) for test in tests)
    mixed = re.search(r"[A-Za-z]\d+[A-Za-z]", block) is not None
    return (kinds >= 3 and mixed) or (kinds >= 4) or (len(block) >= _SHORTEST_RANDOM and kinds >= 2 and mixed)
