"""One JSON object in an answer: its text is said as it comes, its other members are kept until they are whole."""

from enum import Enum
from typing import assert_never

from nexy.contracts.commands import CommandPayload
from nexy.contracts.turn import JsonValue
from nexy.core.answer_members import AnswerMembers
from nexy.core.json_tokens import Cursor, JsonTokens, Kind, Role, Token
from nexy.core.json_value import MAX_VALUE_BYTES, Flaw, ValueBuilder, scalar_value
from nexy.core.spoken import Spoken

_OPENER_OF = {"}": "{", "]": "["}


class _Place(Enum):
    """What the innermost object or list waits for."""

    KEY = "key"
    COLON = "colon"
    VALUE = "value"
    NEXT = "next"


class AnswerObject:
    """Reads from behind the opening brace to the closing one, however deep, without recursion."""

    def __init__(self, cursor: Cursor, spoken: Spoken) -> None:
        self.done = False
        self.members = AnswerMembers()
        self._closed = False
        self._tokens = JsonTokens(cursor)
        self._spoken = spoken
        self._brackets = ["{"]
        self._lists = 0
        self._place = _Place.KEY
        self._key = ""
        self._builder = ValueBuilder()
        self._pending = False
        self._role = Role.KEY
        self._string: list[str] = []
        self._string_size = 0
        self._aloud = False

    def read(self) -> None:
        """Take what the cursor has, up to the end of the object."""
        while not self.done and (token := self._tokens.take(self._role)) is not None:
            self._accept(token)

    def reopen(self) -> None:
        """Go on with members that stand behind one closing brace too many."""
        self.done = self._closed = False
        self._brackets = ["{"]
        self._lists = 0
        self._place = _Place.KEY

    def payload(self) -> CommandPayload | None:
        """The command once the object has ended or the answer broke off; None with reasons in `members.problems`."""
        self._abandon(Flaw.INCOMPLETE)
        return self.members.payload(closed=self._closed)

    def _accept(self, token: Token) -> None:
        match token.kind:
            case Kind.PIECE:
                self._piece(token.text)
            case Kind.QUOTE:
                self._string_begins()
            case Kind.END:
                self._string_ends()
            case Kind.OPEN:
                self._open(token.text)
            case Kind.CLOSE:
                self._close(token.text)
            case Kind.COLON:
                self._colon()
            case Kind.COMMA:
                self._comma()
            case Kind.SCALAR:
                self._scalar(token.text)
            case Kind.FENCE:
                self.done = True
            case _:
                assert_never(token.kind)

    def _string_begins(self) -> None:
        in_list = self._brackets[-1] == "["
        if not in_list and self._place in (_Place.KEY, _Place.NEXT):
            if self._place is _Place.NEXT and len(self._brackets) > 1:
                self._builder.spoil(Flaw.MALFORMED)
            self._role, self._aloud = Role.KEY, False
        else:
            self._expect_value()
            self._role = Role.ITEM if in_list else Role.MEMBER
            self._aloud = self._is_text()
        self._string.clear()
        self._string_size = 0
        if self._aloud:
            self.members.text_seen = True
            self._spoken.seam()

    def _piece(self, text: str) -> None:
        if self._aloud:
            self._spoken.say(text)
            return
        size = len(text.encode("utf-8", "replace"))
        self._builder.grow(size)
        self._string_size += size
        if self._string_size <= MAX_VALUE_BYTES:
            self._string.append(text)

    def _string_ends(self) -> None:
        text = "".join(self._string)
        self._builder.grow(2)
        if self._role is not Role.KEY:
            self._put(text)
            return
        self._place = _Place.COLON
        if len(self._brackets) == 1:
            self._begin_member(text)
        else:
            self._builder.name(text)

    def _scalar(self, raw: str) -> None:
        self._expect_value()
        self._builder.grow(len(raw))
        try:
            value = scalar_value(raw)
        except ValueError:
            self._builder.spoil(Flaw.MALFORMED)
            value = None
        if self._is_text() and isinstance(value, int | float) and not isinstance(value, bool):
            self._spoken.seam()
            self._spoken.say(raw)
        self._put(value)

    def _open(self, bracket: str) -> None:
        self._expect_value()
        self._builder.grow(1)
        self._builder.begin(bracket)
        self._brackets.append(bracket)
        self._lists += bracket == "["
        self._place = _Place.KEY if bracket == "{" else _Place.VALUE

    def _close(self, bracket: str) -> None:
        """Close the nearest one of this kind; whatever was left open inside it is malformed."""
        opener = _OPENER_OF[bracket]
        if opener == "[" and not self._lists:
            self._builder.spoil(Flaw.MALFORMED)
            return
        while (top := self._brackets.pop()) != opener:
            self._lists -= top == "["
            self._builder.spoil(Flaw.MALFORMED)
        self._lists -= opener == "["
        if not self._brackets:
            self.done = self._closed = True
            return
        self._builder.grow(1)
        self._builder.end()
        self._value_is_whole()

    def _colon(self) -> None:
        if self._place is not _Place.COLON:
            self._builder.spoil(Flaw.MALFORMED)
        self._place = _Place.VALUE

    def _comma(self) -> None:
        self._builder.grow(1)
        if self._place is not _Place.NEXT:
            self._builder.spoil(Flaw.MALFORMED)
        self._place = _Place.VALUE if self._brackets[-1] == "[" else _Place.KEY

    def _expect_value(self) -> None:
        if self._place is _Place.VALUE:
            return
        # A value without a key or comma: at the top it belongs to no member, inside one it spoils that one.
        if len(self._brackets) == 1 and self._place is not _Place.COLON:
            self._begin_member("")
        self._builder.spoil(Flaw.MALFORMED)

    def _is_text(self) -> bool:
        depth = len(self._brackets)
        return self._key == "text" and (depth == 1 or (depth == 2 and self._brackets[1] == "["))

    def _begin_member(self, key: str) -> None:
        self._abandon(Flaw.MALFORMED)
        self._key = key.strip().lower() if len(key) <= MAX_VALUE_BYTES else ""
        self._builder = ValueBuilder()
        self._pending = True

    def _put(self, value: JsonValue) -> None:
        self._builder.put(value)
        self._value_is_whole()

    def _value_is_whole(self) -> None:
        self._place = _Place.NEXT
        if len(self._brackets) == 1:
            self._end_member()

    def _abandon(self, flaw: Flaw) -> None:
        if self._pending:
            self._builder.spoil(flaw)
            self._end_member()

    def _end_member(self) -> None:
        self._pending = False
        builder = self._builder
        self.members.add(self._key, builder.value, flaw=builder.flaw, size=builder.size)
