"""Names that are given a value at the top level of a file."""

import time

import pytest

from support.chunked import cut, named

_PYTHON = """
import os

LIMIT: Final = 3
first, second = 1, 2
(third, _fourth) = first, second
if os.name == "nt":
    SEP = ";"
else:
    OTHER_SEP = ":"
try:
    fast = True
except ImportError:
    pass
type Pair = tuple[int, int]
bare: int
os.environ = {}


def run():
    local = 1
    return local


class Box:
    field = 3
"""
_SCRIPT = """
const LIMIT = 3, other = 4;
let { taken } = LIMIT;
var old = 1;
export const shared = { inner: 1 };
const handler = () => {
  const local = 1;
  return local;
};
export var last = 2;
"""
_GO = """
package a

const LIMIT = 3

const (
	A = iota
	B
)

var x, y = 1, 2

var (
	z int
)

func run() {
	var local = 1
	use(local)
}
"""
_RUST = """
const LIMIT: u8 = 3;
pub static GREETING: &str = "hello";
mod inner {
    pub const DEEP: u8 = 1;
}
fn run() {
    const LOCAL: u8 = 1;
    use_it(LOCAL)
}
"""
_C = """
#ifndef A_H
#define A_H
#define LIMIT 3
static const int size = 3;
typedef unsigned long big;
#endif
char *name = "x", table[] = {1};
int run(void) {
  int local = 1;
  return local;
}
"""


@pytest.mark.parametrize(
    ("language", "code", "names"),
    [
        ("python", _PYTHON, "LIMIT first second third _fourth SEP OTHER_SEP fast Pair bare"),
        ("javascript", _SCRIPT, "LIMIT other old shared last"),
        ("typescript", _SCRIPT + "declare const given: string;\n", "LIMIT other old shared last given"),
        ("tsx", _SCRIPT, "LIMIT other old shared last"),
        ("go", _GO, "LIMIT A B x y z"),
        ("rust", _RUST, "LIMIT GREETING DEEP"),
        ("c", _C, "LIMIT size big name table"),
        ("cpp", "namespace n {\nconstexpr int LIMIT = 3;\n}\nint own = 3;\n", "LIMIT own"),
        ("java", "class A {\n  int field = 3;\n}\n", ""),
        ("markdown", "LIMIT = 3\n", ""),
    ],
)  # fmt: skip
def test_the_top_level_assigns(language: str, code: str, names: str) -> None:
    """Constants, variables and aliases of the file; what functions and classes have is their own."""
    file = cut(code, language)
    assert [name for chunk in file.chunks for name in chunk.assigns] == names.split()


def test_only_leftovers_assign() -> None:
    """A function that is kept in a variable is a piece with that name, and stays one."""
    file = cut(_SCRIPT, "javascript")
    assert named(file)["handler"].assigns == ()
    assert {chunk.kind.value for chunk in file.chunks if chunk.assigns} == {"module"}


def test_a_name_belongs_to_the_piece_that_it_stands_in() -> None:
    """Each piece has its own, once, in the order of the lines."""
    file = cut("a = 1\nb = 2\na = 3\n\n\ndef run():\n    pass\n\n\nc = 4\n")
    assert [chunk.assigns for chunk in file.chunks] == [("a", "b"), (), ("c",)]


def test_very_many_take_time_in_proportion() -> None:
    """Half a megabyte of constants costs about what its lines cost."""
    began = time.process_time()
    file = cut("".join(f"NAME_{number} = {number}\n" for number in range(25_000)))
    assert sum(len(chunk.assigns) for chunk in file.chunks) == 25_000
    assert time.process_time() - began < 5
