"""What a model's text says, whatever it looks like."""

import pytest

from nexy.contracts.code_answers import Analysis, CodeMetrics
from nexy.contracts.routing import Brief, TaskType, Verb
from nexy.workflows.code_checks import as_module, code_is_sound, exports, json_is_valid
from nexy.workflows.code_fences import Fence, split_fences
from nexy.workflows.code_reading import analysed, completed, generated, judged


@pytest.mark.parametrize(
    ("markdown", "fences", "text"),
    [
        ("no code", (), "no code"),
        ("a\n```python\nx = 1\n```\nb", (Fence(language="python", code="x = 1"),), "a\nb"),
        ("~~~\n```\n~~~", (Fence(language="", code="```"),), ""),
        ("````md\n```js\n1\n```\n````", (Fence(language="md", code="```js\n1\n```"),), ""),
        ("```ts title=x\nnever closed", (Fence(language="ts", code="never closed"),), ""),
        ("    ```\nindented too far", (), "```\nindented too far"),
        ("``` not `a` fence", (), "``` not `a` fence"),
        ("```py\n1\n```\n```js\n2\n```", (Fence(language="py", code="1"), Fence(language="js", code="2")), ""),
    ],
)
def test_fences(markdown: str, fences: tuple[Fence, ...], text: str) -> None:
    """Blocks are taken out with their languages, everything else stays."""
    split = split_fences(markdown)
    assert split.fences == fences
    assert split.text == text


@pytest.mark.parametrize(
    ("language", "code", "sound"),
    [
        ("python", "def f():\n    return 1", True),
        ("python", "def f(:", False),
        ("python", "(" * 5000, False),
        ("json", '{"a": 1}', True),
        ("json", "{'a': 1}", False),
        ("typescript", "export const a = () => ({});", True),
        ("typescript", "const a = 1;", False),
        ("typescript", "export function f() {", False),
        ("rust", 'fn main() { println!("}"); } // }', True),
        ("go", "func main() ]", False),
        ("cobol", "MOVE A TO B", True),
        ("", "anything", True),
        ("cobol", "   ", False),
    ],
)
def test_soundness(language: str, code: str, sound: bool) -> None:
    """Code parses, JSON is valid, brackets fit, a module exports; strange languages only must not be empty."""
    assert code_is_sound(code, language) is sound


@pytest.mark.parametrize(("language", "most"), [("python", 8192), ("typescript", 32_768)])
def test_long_code_is_believed(language: str, most: int) -> None:
    """The check stands on the event loop: what would take it longer than a moment is not parsed."""
    broken = "export (" if language == "typescript" else "x = ("
    assert not code_is_sound(broken.ljust(most), language)
    assert code_is_sound(broken.ljust(most + 1), language)


@pytest.mark.parametrize("code", ["/*" * 16_000, "`" * 32_001, "\n" * 32_000, '"' * 32_000, "\\" * 32_000])
@pytest.mark.timeout(10)
def test_hostile_code_takes_no_time(code: str) -> None:
    """What is never closed is looked at once, not from every place again."""
    code_is_sound(f"export {code}", "typescript")
    exports(code)


@pytest.mark.parametrize(
    ("code", "module"),
    [
        ("export class A {}", "export class A {}"),
        ("function a() {}", "export function a() {}"),
        ("import x from 'x';\nasync function a() {}", "import x from 'x';\nexport async function a() {}"),
        ("a();", "a();\n\nexport {};\n"),
    ],
)
def test_a_module_exports(code: str, module: str) -> None:
    """What has no export gets one, as little as possible."""
    assert as_module(code) == module


def test_generated_code_is_the_block_in_the_language() -> None:
    """The wanted language wins over the first block; the words around are the explanation."""
    made = generated("Try:\n```sh\nnpm i\n```\n```typescript\nexport const a = 1;\n```\nDone.", "typescript")
    assert (made.code, made.language, made.sound) == ("export const a = 1;", "typescript", True)
    assert made.explanation == "Try:\nDone."


def test_generated_typescript_is_a_module_even_so() -> None:
    """What the model forgot is mended, and still counts against it."""
    made = generated("```typescript\nfunction a() {}\n```", "typescript")
    assert (made.code, made.sound) == ("export function a() {}", False)


def test_generated_without_a_fence_is_code() -> None:
    """A model that leaves the fence away is taken at its word."""
    made = generated("x = 1\n", "python")
    assert (made.code, made.explanation, made.sound) == ("x = 1", "", True)


def test_analysis() -> None:
    """The object is read out of whatever surrounds it, and suggestions get names."""
    text = 'Sure!\n```json\n{"suggestions": [{"title": "a"}, {"id": "x"}], "complexity": "low"}\n```'
    analysis, sound = analysed(text)
    assert sound
    assert [one.id for one in analysis.suggestions] == ["s1", "x"]
    assert (analysis.complexity, analysis.metrics) == ("low", CodeMetrics())


@pytest.mark.parametrize("text", ["It is fine.", "{}", "function a() {}", '{"suggestions": 5}', "{" * 100_000, ""])
def test_an_analysis_that_is_none_is_told_as_it_is(text: str) -> None:
    """Nothing is invented: the words stand in the summary, and the judgement is bad."""
    analysis, sound = analysed(text)
    assert (analysis, sound) == (Analysis(summary=text.strip()), False)


BRIEF = Brief(verb=Verb.COMPLETE, prefix="x = 1\nreturn ", suffix=")\n", language="python")


def test_completions() -> None:
    """Different ones in order, without what stands before or behind the cursor, at most so many."""
    text = '{"suggestions": [{"text": "return a)"}, {"text": "a"}, {"text": "b", "confidence": 0.2}, {"text": ""}]}'
    found, sound = completed(text, BRIEF, 5)
    assert [one.text for one in found.suggestions] == ["a", "b"]
    assert sound
    assert [one.text for one in completed(text, BRIEF, 1)[0].suggestions] == ["a"]


def test_a_completion_that_is_no_json_is_code() -> None:
    """The fence is taken away, and the judgement is bad."""
    found, sound = completed("```python\nsum(a)\n```", BRIEF, 3)
    assert [one.text for one in found.suggestions] == ["sum(a)"]
    assert not sound


@pytest.mark.parametrize(
    ("task_type", "text", "sound"),
    [
        (TaskType.DOCUMENTATION, "anything", None),
        (TaskType.CODE_GENERATION, "no code at all", False),
        (TaskType.CODE_GENERATION, "```python\nx = 1\n```", True),
        (TaskType.REFACTORING, "```\nx = (\n```", False),
    ],
)
def test_free_answers_are_judged_by_their_task(task_type: TaskType, text: str, sound: bool | None) -> None:
    """Only tasks that give code have a check."""
    assert judged(text, task_type, "python") is sound


def test_json_of_any_depth() -> None:
    """Nesting without end is no JSON, and no crash."""
    assert not json_is_valid("[" * 100_000)
    assert json_is_valid("[]")


@pytest.mark.parametrize(
    ("asked", "written", "told"),
    [
        ("c", "typescript", "typescript"),
        ("klingon", "typescript", "typescript"),
        ("javascript", "typescript", "typescript"),
        ("typescript", "ts", "typescript"),
        ("python", "py", "python"),
        ("python", "text", "python"),
        ("", "go", "go"),
    ],
)
def test_the_language_is_that_of_the_code(asked: str, written: str, told: str) -> None:
    """Another name for the same is no other language."""
    assert generated(f"```{written}\nexport const a = 1;\n```", asked).language == told
