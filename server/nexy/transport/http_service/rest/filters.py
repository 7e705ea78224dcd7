"""Conditions of the query string (PostgREST: Tables and Views, "Horizontal Filtering" and "Logical operators")."""

from nexy.config.access_section import RestConfig
from nexy.contracts.rows import Combined, Compared, Comparison, Condition, InState, OneOf, RowsRefused, State
from nexy.transport.http_service.rest.scanner import Scanner, ungrammatical

_COMPARISONS = {one.value: one for one in Comparison}
_PATTERNS = frozenset((Comparison.LIKE, Comparison.ILIKE))
_STATES = {one.value: one for one in State}
_LOGIC = frozenset(("and", "or"))
_NOT = "not."
_OPERATORS = f"one of {', '.join(_COMPARISONS)}, is, in, and not. before each"


class Filters:
    """Reads the conditions of one request, no more of them and no deeper than is configured."""

    def __init__(self, config: RestConfig) -> None:
        self._config = config
        self._left = config.max_conditions

    def of_column(self, name: str, value: str) -> Condition:
        """`column=operator.value`."""
        scanner = Scanner(value, "filter")
        column = Scanner(name, "filter")
        named = column.name()
        if column.sees("."):
            message = f"'{named}' is not an embedded resource in this request"
            raise RowsRefused("PGRST108", message, hint="Other tables cannot be embedded here; ask for them apart.")
        if not column.at_end:
            raise column.refusal("expected the end", "Paths into JSON are not taken.")
        condition = self._condition(named, scanner, inside=False)
        scanner.end()
        return condition

    def of_logic(self, name: str, value: str) -> Condition:
        """`or=(…)`, `and=(…)`, `not.or=(…)`, `not.and=(…)`."""
        scanner = Scanner(value, "logic tree")
        combined = self._combined(scanner, name.removeprefix(_NOT) == "or", name.startswith(_NOT), 1)
        scanner.end()
        return combined

    def _combined(self, scanner: Scanner, any_of: bool, negated: bool, depth: int) -> Condition:
        if depth > self._config.max_depth:
            raise scanner.refusal(f"conditions may be nested {self._config.max_depth} deep")
        scanner.expect("(")
        parts = [self._part(scanner, depth)]
        while scanner.takes(","):
            parts.append(self._part(scanner, depth))
        scanner.expect(")")
        return Combined(parts=tuple(parts), any_of=any_of, negated=negated)

    def _part(self, scanner: Scanner, depth: int) -> Condition:
        mark = scanner.mark()
        negated = scanner.takes(_NOT)
        for word in _LOGIC:
            if scanner.takes(f"{word}("):
                scanner.back_to(scanner.mark() - 1)
                return self._combined(scanner, word == "or", negated, depth + 1)
        scanner.back_to(mark)
        column = scanner.name()
        scanner.expect(".")
        return self._condition(column, scanner, inside=True)

    def _condition(self, column: str, scanner: Scanner, *, inside: bool) -> Condition:
        self._left -= 1
        if self._left < 0:
            raise scanner.refusal(f"at most {self._config.max_conditions} conditions are taken")
        negated = scanner.takes(_NOT)
        operator = scanner.until(".,)(")
        if not scanner.takes("."):
            raise scanner.refusal(f'"{operator}" is no operator', f"Use {_OPERATORS}.")
        match operator:
            case "is":
                return InState(column=column, state=_state(scanner, inside=inside), negated=negated)
            case "in":
                return OneOf(column=column, values=self._list(scanner), negated=negated)
        comparison = _COMPARISONS.get(operator)
        if comparison is None:
            raise scanner.refusal(f'unknown operator "{operator}"', f"Use {_OPERATORS}.")
        value = _value(scanner) if inside else scanner.rest()
        value = value.replace("*", "%") if comparison in _PATTERNS else value
        return Compared(column=column, comparison=comparison, value=value, negated=negated)

    def _list(self, scanner: Scanner) -> tuple[str, ...]:
        scanner.expect("(")
        if scanner.takes(")"):
            return ()
        values = [_value(scanner)]
        while scanner.takes(","):
            values.append(_value(scanner))
            if len(values) > self._config.max_listed:
                raise scanner.refusal(f"at most {self._config.max_listed} values are taken")
        scanner.expect(")")
        return tuple(values)


def no_condition(name: str, value: str) -> RowsRefused:
    """For what is neither a condition nor one of the names with a meaning of their own."""
    return ungrammatical("filter", value, f'"{name}" holds no operator', f"Use {_OPERATORS}.")


def is_logic(name: str) -> bool:
    """Whether this parameter combines conditions."""
    return name.removeprefix(_NOT) in _LOGIC


def _state(scanner: Scanner, *, inside: bool) -> State:
    word = scanner.until(",)") if inside else scanner.rest()
    state = _STATES.get(word.lower())
    if state is None:
        raise scanner.refusal(f"expected one of {', '.join(_STATES)}")
    return state


def _value(scanner: Scanner) -> str:
    """A value in a list: in double quotes where it holds a comma or a bracket."""
    if scanner.sees('"'):
        mark = scanner.mark()
        found = scanner.quoted()
        if scanner.at_end or scanner.sees(",") or scanner.sees(")"):
            return found
        scanner.back_to(mark)
    return scanner.until(",)")
