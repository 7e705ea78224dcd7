"""Which definitions become pieces."""

from nexy.config.code_search_section import CodeChunkingConfig
from support.chunked import cut, kinds, named

_SMALL = CodeChunkingConfig(max_lines=10)


def test_local_function_of_a_class_in_a_function_needs_a_long_function() -> None:
    """A class in a short function stays in it; in a long one it is a piece with its methods."""
    code = "def make():\n    class Local:\n        def m(self):\n            return 1\n    return Local\n"
    assert kinds(cut(code)) == ["function make"]
    padding = "".join(f"    step({number})\n" for number in range(9))
    assert kinds(cut(code + padding, config=_SMALL))[:3] == [
        "function make", "class make.Local", "method make.Local.m",
    ]  # fmt: skip


def test_comments_and_decorators_in_any_order_belong_to_what_follows() -> None:
    """As far as nothing else and no blank line stands between."""
    file = cut("x = 1\n\n# far\n\n# near\n@a\n# between\n@b(\n    1,\n)\ndef f(): pass\n")
    piece = named(file)["f"]
    assert piece.start_line == 5
    assert piece.comment == "near\nbetween"


def test_comment_at_the_end_of_a_function_is_not_taken_from_it() -> None:
    """Rows of the sibling before are never claimed."""
    file = cut("def a():\n    pass\n    # the end of a\ndef b():\n    pass\n")
    assert [(chunk.start_line, chunk.end_line) for chunk in file.chunks] == [(1, 3), (4, 5)]


def test_twins_are_joined_only_while_they_fit() -> None:
    """Overloads beyond the bound of a piece are pieces of their own."""
    one = "def f(a):\n" + "    step()\n" * 6
    assert kinds(cut(one + one)) == ["function f"]
    assert kinds(cut(one + one, config=_SMALL)) == ["function f", "function f"]


def test_classes_of_one_name_are_never_joined() -> None:
    """Two branches of a condition may define the same class: both are there."""
    assert kinds(cut("class A: pass\nclass A: pass\n")) == ["class A", "class A"]


def test_method_knows_its_class_by_place_or_by_name() -> None:
    """A function in a class is a method, and one whose name says whose it is as well."""
    assert kinds(cut("class A:\n    def a(self): pass\n"))[-1] == "method A.a"
    assert kinds(cut("A.prototype.a = function () {};\n", "javascript")) == ["method A.a"]
    assert kinds(cut("module.exports.a = function () {};\n", "javascript")) == ["function a"]
