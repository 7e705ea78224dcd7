"""A test file that calls each public function of given code."""

import re
from collections.abc import Sequence

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.modules.ai_router.offline_code.generation.naming import pascal, words_of
from nexy.modules.ai_router.offline_code.syntax.outline import FunctionOutline, Parameter
from nexy.modules.ai_router.offline_code.syntax.reading import outline_of
from nexy.modules.ai_router.offline_code.wording import said, table

_PACKAGE = re.compile(r"^package (\w+)", re.MULTILINE)


def tests_for(code: str, language: str, speech: str, limits: OfflineCodeConfig) -> str | None:
    """The file, with what is expected left open; None for a language without such, or without public functions."""
    outline = outline_of(code, language, limits)
    if outline is None:
        return None
    functions = [one for one in outline.functions if _can_be_called(one)]
    expected = said("test_expected", speech)
    if not functions:
        return None
    match language:
        case "python":
            return _python(functions, expected)
        case "typescript" | "tsx" | "javascript":
            return _script(functions, expected)
        case "go":
            return _go(functions, _PACKAGE.search(code), expected)
        case "rust":
            return _rust(functions, expected)
    return None


def _can_be_called(function: FunctionOutline) -> bool:
    return function.public and not function.owner and not function.nested and not function.name.startswith("test")


def _python(functions: Sequence[FunctionOutline], expected: str) -> str:
    names = ", ".join(one.name for one in functions)
    awaited = any(one.is_async for one in functions)
    imports = ["import asyncio", ""] if awaited else []
    parts = [*imports, f"from module import {names}  # TODO: the module's own name", ""]
    for one in functions:
        call = f"{one.name}({_samples(one.parameters, 'python')})"
        call = f"asyncio.run({call})" if one.is_async else call
        raised = [f"    # TODO: {kind}" for kind in one.raises]
        parts += ["", f"def test_{one.name}() -> None:", f"    result = {call}", *raised, f"    # TODO: {expected}",
                  "    assert result is not None", ""]  # fmt: skip
    return "\n".join(parts)


def _script(functions: Sequence[FunctionOutline], expected: str) -> str:
    names = ", ".join(one.name for one in functions)
    parts = ['import assert from "node:assert/strict";', 'import { test } from "node:test";',
             f'import {{ {names} }} from "./module.js"; // TODO: the module\'s own path', ""]  # fmt: skip
    for one in functions:
        waits = "await " if one.is_async or one.returns.startswith("Promise") else ""
        head = "async () => {" if waits else "() => {"
        call = f"{waits}{one.name}({_samples(one.parameters, 'typescript')})"
        parts += [f'test("{one.name}", {head}', f"  const result = {call};", f"  // TODO: {expected}",
                  "  assert.notEqual(result, undefined);", "});", ""]  # fmt: skip
    return "\n".join([*parts, "export {};", ""])


def _go(functions: Sequence[FunctionOutline], package: re.Match[str] | None, expected: str) -> str:
    parts = [f"package {package[1] if package else 'main'}", "", 'import "testing"', ""]
    for one in functions:
        call = f"{one.name}({_samples(one.parameters, 'go')})"
        several = one.returns.startswith("(") and "," in one.returns
        body = [f"\t{call}"] if not one.returns else [f"\tgot{', err' if several else ''} := {call}"]
        if several:
            body += ["\tif err != nil {", "\t\tt.Fatal(err)", "\t}"]
        if one.returns:
            body += [f'\tt.Logf("{one.name}: %v", got) // TODO: {expected}']
        parts += [f"func Test{pascal(words_of(one.name)) or one.name}(t *testing.T) {{", *body, "}", ""]
    return "\n".join(parts)


def _rust(functions: Sequence[FunctionOutline], expected: str) -> str:
    parts = ["#[cfg(test)]", "mod tests {", "    use super::*;", ""]
    for one in functions:
        call = f"{one.name}({_samples(one.parameters, 'rust')})"
        parts += ["    #[test]", f"    fn {one.name}_works() {{", f"        let result = {call};",
                  f"        // TODO: {expected}", "        let _ = result;", "    }", ""]  # fmt: skip
    return "\n".join([*parts[:-1], "}", ""])


def _samples(parameters: Sequence[Parameter], language: str) -> str:
    needed = [one for one in parameters if not one.default and not one.name.startswith("*")]
    return ", ".join(_sample(one, language) for one in needed)


def _sample(parameter: Parameter, language: str) -> str:
    """A value of the parameter's type, by the first entry whose name the type begins with."""
    kind = parameter.type.replace(" ", "").lstrip("&")
    samples: dict[str, str] = table("samples")[language]
    return next((value for name, value in samples.items() if kind.startswith(name)), samples["otherwise"])
