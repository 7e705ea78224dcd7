"""What the script templates make does what it says, where Node is there to run it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from nexy.modules.ai_router.offline_code.generation.generate import generate
from support.code_corpus import LIMITS

pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")
_ASKED = (
    "linked list", "singleton", "quicksort", "bubble sort", "memoize", "flatten a nested list", "chunk a list",
    "slugify", "gcd", "palindrome", "is_prime", "sum of a list", "sleep function",
)  # fmt: skip
_USE = """
const list = new LinkedList([1, 2, 3]);
list.prepend(0); list.remove(3); list.append(4); list.reverse(); list.append(-1);
let calls = 0;
const once = memoize((value) => { calls += 1; return value; });
once(1); once(1); once(2);
await sleep(0);
console.log(JSON.stringify([
  [...list], list.size, list.remove(9), Singleton.instance() === Singleton.instance(), quicksort([3, 1, 2]),
  bubbleSort([3, 1, 2, 3]), calls, flatten([1, [2, [3]]]), chunk([1, 2, 3], 2), slugify("Crème brûlée: Рецепт!"),
  gcd(12, -18), isPalindrome("Abba!"), [0, 1, 2, 3, 4, 5, 9, 11].filter(isPrime), total([1, 2]),
]));
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_building_blocks_run(tmp_path: Path) -> None:
    """All in one module, without their types."""
    made = [generate(text, "", "javascript", "en", LIMITS).code for text in _ASKED]
    file = tmp_path / "made.mjs"
    file.write_text("\n".join([*made, _USE]), encoding="utf-8")
    done = subprocess.run(["node", str(file)], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        [4, 2, 1, 0, -1], 5, False, True, [1, 2, 3],
        [1, 2, 3, 3], 2, [1, 2, 3], [[1, 2], [3]], "creme-brulee-рецепт",
        6, True, [2, 3, 5, 11], 3,
    ]  # fmt: skip
