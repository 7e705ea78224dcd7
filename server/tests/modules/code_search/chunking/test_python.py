"""What Python becomes."""

from support.chunked import cut, kinds, named

_MODULE = '''
    """Opens and shuts doors."""
    from house.rooms import Room as Chamber, hall
    import os.path

    LIMIT = 3

    # A door has two sides.
    @final
    class Door(Thing, metaclass=Meta):
        """Between two rooms."""

        width: int = 80

        def open(self, by: Person) -> "Room":
            """Push it.

            Never pull.
            """
            # slowly
            return self.hinge.turn(pushed(by))

    def close(door):
        def latch():
            return 1
        return latch()
    '''


def test_module_becomes_its_head_class_head_methods_and_functions() -> None:
    """Pieces are the head of the module, the class without its methods, each method and each function."""
    assert kinds(cut(_MODULE)) == ["module", "class Door", "method Door.open", "function close"]


def test_lines_count_from_one_and_begin_with_what_stands_above() -> None:
    """A class begins with its comment and its decorators, and each piece ends with its last line."""
    places = [(chunk.start_line, chunk.end_line) for chunk in cut(_MODULE).chunks]
    assert places == [(1, 5), (7, 12), (14, 20), (22, 25)]


def test_comments_and_docstrings_lose_their_marks_and_leave_the_code() -> None:
    """A docstring is part of the comment and not of the code, and so is a comment inside of the body."""
    opened = named(cut(_MODULE))["Door.open"]
    assert [line.strip() for line in opened.comment.split("\n")] == ["Push it.", "", "Never pull.", "", "slowly"]
    assert "Push" not in opened.code
    assert "slowly" not in opened.code
    assert "self.hinge.turn(pushed(by))" in opened.code


def test_signature_is_one_line_without_the_body() -> None:
    """What stands between the name's line and the body, with its blanks made one."""
    pieces = named(cut(_MODULE))
    assert pieces["Door.open"].signature == 'def open(self, by: Person) -> "Room"'
    assert pieces["Door"].signature == "class Door(Thing, metaclass=Meta)"
    wide = named(cut("def a(\n    b,\n    c,\n):\n    pass\n"))["a"]
    assert wide.signature == "def a( b, c, )"


def test_calls_are_bare_names_of_what_is_called_decorated_inherited_and_annotated() -> None:
    """Methods go by their last part, and a piece does not call itself."""
    pieces = named(cut(_MODULE))
    assert set(pieces["Door.open"].calls) == {"Person", "turn", "pushed"}
    assert set(pieces["Door"].calls) == {"final", "Thing", "int"}
    assert named(cut("def again():\n    again()\n"))["again"].calls == ()


def test_imports_are_modules_their_last_parts_names_and_aliases() -> None:
    """Everything that a definition elsewhere may be called."""
    assert set(cut(_MODULE).imports) == {"house.rooms", "rooms", "Room", "Chamber", "hall", "os.path", "path"}
    assert set(cut("from . import a\nfrom ..b import *\n").imports) == {"a", "..b", "b"}


def test_overloads_and_properties_stay_together() -> None:
    """Definitions of one name that follow each other are one piece."""
    code = """
        class Box:
            @property
            def size(self):
                return 1

            @size.setter
            def size(self, value):
                self._size = value
        """
    assert kinds(cut(code)) == ["class Box", "method Box.size"]


def test_same_name_far_apart_is_two_pieces() -> None:
    """Only neighbours are joined."""
    code = "def a():\n    pass\n\n\ndef b():\n    pass\n\n\ndef a():\n    pass\n"
    assert kinds(cut(code)) == ["function a", "function b", "function a"]


def test_definitions_under_a_condition_are_found() -> None:
    """An opening line alone goes with what it opens."""
    file = cut("""
        if WINDOWS:
            def beep():
                pass
        """)
    assert kinds(file) == ["function beep"]
    assert file.chunks[0].start_line == 1


def test_fields_between_methods_stay_with_the_class_or_the_method_before() -> None:
    """Few lines between two methods go with the first, more are the class's own without defining it again."""
    few = cut("class A:\n    def a(self): pass\n    x = 1\n    def b(self): pass\n")
    assert kinds(few) == ["class A", "method A.a", "method A.b"]
    many = cut("class A:\n    def a(self): pass\n    x = 1\n    y = 2\n    z = 3\n    def b(self): pass\n")
    assert kinds(many) == ["class A", "method A.a", "class A", "method A.b"]
    assert [chunk.name for chunk in many.chunks] == ["A", "a", "", "b"]


def test_trailing_comment_belongs_to_its_own_line() -> None:
    """A comment behind code is not taken for the comment of what follows."""
    file = cut("LIMIT = 1  # seconds\ndef wait():\n    pass\n")
    assert named(file)["wait"].comment == ""
    assert file.chunks[0].comment == "seconds"
