"""What JavaScript and TypeScript become."""

import pytest

from support.chunked import cut, kinds, named

_FORMS = """
    import Default, {open as unlatch} from './house/door.js';
    const fs = require('fs');

    /** Adds two numbers. */
    export function add(a, b) { return sum(a, b); }
    function* count() { yield 1; }
    export const twice = (n) => n * 2;
    const cached = memo(function () { return slow(); });
    class Door extends Thing {
      width = 80;
      open() { this.hinge.turn(); }
      shut = () => { bang(); }
    }
    exports.knock = function () { return new Sound('knock'); };
    Door.prototype.lock = function () {};
    const routes = {
      home() { return 1; },
      about: () => 2,
    };
    """


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
def test_every_way_to_define_is_found_in_every_dialect(language: str) -> None:
    """Declarations, arrows, wrapped functions, classes, fields that are functions, exports, prototypes, objects."""
    pieces = named(cut(_FORMS, language))
    assert set(pieces) == {
        "add", "count", "twice", "cached", "Door", "Door.open", "Door.shut", "knock", "Door.lock", "home", "about",
    }  # fmt: skip
    assert pieces["add"].comment == "Adds two numbers."
    assert pieces["add"].signature == "export function add(a, b)"
    assert pieces["knock"].calls == ("Sound",)
    assert pieces["Door.lock"].kind == "method"


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
def test_imports_come_from_import_and_from_require(language: str) -> None:
    """Names, aliases and modules without the file's ending; what other functions are given is no import."""
    found = set(cut(_FORMS, language).imports)
    assert found == {"Default", "open", "unlatch", "./house/door", "door", "fs"}
    assert cut("load('fs');", language).imports == ()


def test_types_of_typescript_are_pieces() -> None:
    """Interfaces, abstract classes, enumerations, aliases and functions that are only declared."""
    file = cut(
        """
        export abstract class Shape<T> implements Drawn { abstract area(): number; }
        export interface Drawn { draw(on: Canvas): void }
        type Pair = { left: Shape<Pair> };
        enum Colour { Red }
        declare function paint(shape: Shape): void;
        """,
        "typescript",
    )
    assert kinds(file) == ["class Shape", "class Drawn", "class Pair", "class Colour", "function paint"]
    assert named(file)["paint"].calls == ("Shape",)


def test_decorators_above_and_overloads_belong_to_their_function() -> None:
    """A decorated method begins with its decorator; signatures stay with what implements them."""
    file = cut(
        """
        class Door {
          /** Opens. */
          @logged()
          open(): void { turn(); }
        }
        function put(a: string): void;
        function put(a: number): void;
        function put(a: any) { store(a); }
        """,
        "typescript",
    )
    assert kinds(file) == ["class Door", "method Door.open", "function put"]
    opened = named(file)["Door.open"]
    assert (opened.start_line, opened.end_line) == (2, 5)
    assert opened.calls == ("logged", "turn")


def test_components_are_called_by_their_markup() -> None:
    """Markup that names a component refers to it."""
    for language in ("javascript", "tsx"):
        page = named(cut("function Page() { return <Frame><Title/></Frame>; }", language))["Page"]
        assert set(page.calls) == {"Frame", "Title"}


def test_functions_in_a_wrapping_function_without_a_name_are_pieces() -> None:
    """A file that hides in a function called at once is cut like any other."""
    file = cut("(function () {\n  function open() { a(); }\n  function shut() { b(); }\n})();\n", "javascript")
    assert kinds(file) == ["function open", "function shut"]


def test_names_in_quotes_and_private_names_lose_their_signs() -> None:
    """A method is looked for by the letters of its name."""
    file = cut("class A {\n  #own() { return 1; }\n  'two words'() { return 2; }\n}\n", "javascript")
    assert set(named(file)) == {"A", "A.own", "A.two words"}
