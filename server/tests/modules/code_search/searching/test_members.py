"""A class with what it holds."""

import ast
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from nexy.config.code_search_section import CodeChunkingConfig
from nexy.contracts.code_search import Found
from support.code_searching import Search, searching
from support.code_shelf import ShelvedFile, shelved

_STORE = '''
"""A store."""

LIMIT = 3


class Store:
    """Keeps things."""

    size = 0

    def load(self, path):
        """Read it."""
        return open(path).read()


    @property
    def full(self):
        return self.size > LIMIT

    class Entry:
        """One thing."""

        def touch(self):
            self.seen = True


def load(path):
    return Store().load(path)
'''
_GO = """
package pool

func (p *Pool) Early() {
	first()
	second()
	third()
}

type Pool struct {
	size int
	free int
	name string
}

func stranger() {
	nothing()
	at()
	all()
}

func (p *Pool) Late() {
	last()
}
"""


async def _defined(home: Path, symbol: str, *files: ShelvedFile, limit: int = 5, **settings: Any) -> Found:
    async with searching(home, **settings) as search:
        search.shelf.add("app", files)
        return await search.define(symbol, limit=limit)


async def test_a_class_comes_with_its_members(tmp_path: Path) -> None:
    """Its text and lines are those of the file, from the class line to the end of its last member."""
    text = _STORE.lstrip("\n")
    hit, *others = (await _defined(tmp_path, "Store", shelved("app/store.py", text))).hits
    lines = text.split("\n")
    assert hit.content == "\n".join(lines[hit.start_line - 1 : hit.end_line])
    assert (lines[hit.start_line - 1], lines[hit.end_line - 1]) == ("class Store:", "            self.seen = True")
    assert (hit.symbol, hit.why, others) == ("Store", "defines Store", [])
    assert [hit.content[start:end] for start, end in hit.marks] == ["Store"]


async def test_a_class_in_a_class_has_only_its_own(tmp_path: Path) -> None:
    """Neither the outer one's members nor the function behind it."""
    hit = (await _defined(tmp_path, "Store.Entry", shelved("app/store.py", _STORE))).hits[0]
    (entry,) = ast.parse(dedent(hit.content)).body
    assert isinstance(entry, ast.ClassDef)
    assert [one.name for one in entry.body if isinstance(one, ast.FunctionDef)] == ["touch"]


async def test_a_method_stays_alone(tmp_path: Path) -> None:
    """Who asks for one method gets that."""
    hit = (await _defined(tmp_path, "Store.load", shelved("app/store.py", _STORE))).hits[0]
    assert "def load" in hit.content
    assert "class Store" not in hit.content
    assert "full" not in hit.content


async def test_methods_elsewhere_in_the_file_belong_to_it(tmp_path: Path) -> None:
    """What others have between them is left out, and one blank line stands there."""
    hit = (await _defined(tmp_path, "Pool", shelved("pool.go", _GO.lstrip("\n")))).hits[0]
    lines = _GO.lstrip("\n").split("\n")
    assert "stranger" not in hit.content
    assert hit.content.index("Early") < hit.content.index("type Pool struct") < hit.content.index("Late")
    assert hit.content.count("\n\n") == 2
    assert lines[hit.start_line - 1].startswith("func (p *Pool) Early")
    assert lines[hit.end_line - 2 : hit.end_line] == ["\tlast()", "}"]


async def test_two_of_one_name_have_their_own(tmp_path: Path) -> None:
    """Each has what follows it up to the other."""
    one = "class Form:\n    def first(self):\n        a = 1\n        return a\n"
    two = one.replace("first", "second")
    found = await _defined(tmp_path, "Form", shelved("a.py", f"{one}\n\ndef between():\n    b = 1\n\n\n{two}"))
    assert [("first" in hit.content, "second" in hit.content) for hit in found.hits] == [(True, False), (False, True)]
    assert [(hit.start_line, hit.end_line) for hit in found.hits] == [(1, 4), (11, 14)]


async def test_a_long_class_has_its_head_and_signatures(tmp_path: Path) -> None:
    """Without bodies it is still code, its lines are those of the whole, and the reason says so."""
    body = "\n".join(f"        value = {number}" for number in range(40))
    methods = "\n\n".join(f'    def m{number}(self, a, b):\n        """About."""\n{body}' for number in range(9))
    text = f'class Store:\n    """Keeps things."""\n\n    size = 0\n\n{methods}\n'
    hit = (await _defined(tmp_path, "Store", shelved("a.py", text), max_class_characters=2000)).hits[0]
    (store,) = ast.parse(hit.content).body
    assert isinstance(store, ast.ClassDef)
    assert [one.name for one in store.body if isinstance(one, ast.FunctionDef)] == [f"m{n}" for n in range(9)]
    assert (hit.start_line, hit.end_line) == (1, len(text.splitlines()))
    assert len(hit.content) < 2000
    assert hit.why == "defines Store; of its members only the signatures are shown"


async def test_signatures_stop_where_the_room_does(tmp_path: Path) -> None:
    """A class of a thousand methods is not longer than the bound, and ends with a whole signature."""
    text = "class Store:\n" + "\n".join(
        f"    def m{number}(self):\n        a = 1\n        return a" for number in range(1000)
    )
    hit = (await _defined(tmp_path, "Store", shelved("a.py", text), max_class_characters=1000)).hits[0]
    assert 900 < len(hit.content) <= 1000
    assert hit.content.endswith("(self): ...")


async def test_a_long_java_class_is_closed(tmp_path: Path) -> None:
    """Its last bracket went with the body of the last method, and stands there nevertheless."""
    methods = "\n".join(f"  void m{n}() {{\n    one();\n    two();\n  }}" for n in range(9))
    hit = (
        await _defined(
            tmp_path, "Store", shelved("A.java", f"class Store {{\n{methods}\n}}\n"), max_class_characters=200
        )
    ).hits[0]
    assert hit.content.startswith("class Store {\n  void m0() { }\n  void m1() { }")
    assert hit.content.count("{") == hit.content.count("}")


async def test_a_head_in_pieces_is_one_place(tmp_path: Path) -> None:
    """A class whose fields fill several pieces comes whole, with its methods."""
    fields = "\n".join(f"    field_{number}: int = {number}" for number in range(60))
    text = f"class Table:\n{fields}\n\n    def rows(self):\n        a = 1\n        return a\n"
    (hit,) = (await _defined(tmp_path, "Table", shelved("a.py", text, CodeChunkingConfig(max_lines=20)))).hits
    assert hit.content == text.rstrip("\n")


@pytest.mark.parametrize("limit", [1, 2])
async def test_only_what_is_shown_is_gathered(tmp_path: Path, limit: int) -> None:
    """Beyond the limit no members are read, and without a class nothing is asked at all."""
    async with searching(tmp_path) as search:
        files = [
            shelved(f"m{n}.py", f"class Form:\n    def f{n}(self):\n        a = 1\n        return a\n")
            for n in range(3)
        ]
        search.shelf.add("app", files)
        found = await search.define("Form", limit=limit)
        assert (len(found.hits), found.total) == (limit, 3)
        await _one_reading(search)


async def _one_reading(search: Search) -> None:
    assert search.shelf.fetched["members"] == 1
    await search.define("f0")
    assert search.shelf.fetched["members"] == 1
