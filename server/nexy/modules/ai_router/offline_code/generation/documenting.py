"""Documentation that a signature alone can give, for functions that have none."""

import ast
from collections.abc import Sequence

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.modules.ai_router.offline_code.generation.edits import inserted_lines
from nexy.modules.ai_router.offline_code.generation.naming import words_of
from nexy.modules.ai_router.offline_code.syntax.outline import FunctionOutline
from nexy.modules.ai_router.offline_code.syntax.python_source import Function, PythonSource, python_source
from nexy.modules.ai_router.offline_code.syntax.reading import outline_of

_SLASHES = {"go": "// ", "rust": "/// ", "c": "// ", "cpp": "/// "}


def documented(code: str, language: str, limits: OfflineCodeConfig) -> tuple[str, int]:
    """The code with a comment or docstring at every function without one, and how many; unchanged if it is broken."""
    if language == "python":
        return _python(code)
    outline = outline_of(code, language, limits)
    missing = [] if outline is None else [one for one in outline.functions if not (one.documented or one.nested)]
    lines = code.splitlines()
    texts = [(one.line, _comment(one, language, _indent(lines[one.line - 1]))) for one in missing]
    return inserted_lines(code, texts), len(texts)


def _python(code: str) -> tuple[str, int]:
    source = python_source(code)
    if isinstance(source, SyntaxError):
        return code, 0
    wanted = [one for one in source.functions if ast.get_docstring(one, clean=False) is None and _has_own_lines(one)]
    texts = [(one.body[0].lineno, _docstring(source, one)) for one in wanted]
    return inserted_lines(code, texts), len(texts)


def _has_own_lines(function: Function) -> bool:
    first = function.body[0]
    return first.lineno > function.lineno and (function.end_lineno or 0) >= first.lineno


def _docstring(source: PythonSource, function: Function) -> str:
    indent = _indent(source.lines[function.body[0].lineno - 1])
    given = function.args
    names = [arg.arg for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs) if arg.arg not in ("self", "cls")]
    raised = sorted({ast.unparse(node.exc.func) for node in ast.walk(function)
                     if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)})  # fmt: skip
    gives = function.returns is None or ast.unparse(function.returns) != "None"
    returns = gives and any(isinstance(node, ast.Return) and node.value for node in ast.walk(function))
    lines = [f'{indent}"""{_sentence(function.name)}']
    lines += _section(indent, "Args", [f"{name}: TODO" for name in names])
    lines += _section(indent, "Returns", ["TODO"] if returns else [])
    lines += _section(indent, "Raises", [f"{kind}: TODO" for kind in raised])
    lines = [f'{lines[0]}"""'] if len(lines) == 1 else [*lines, f'{indent}"""']
    return "\n".join(lines) + "\n"


def _section(indent: str, title: str, entries: Sequence[str]) -> Sequence[str]:
    return ["", f"{indent}{title}:", *(f"{indent}    {entry}" for entry in entries)] if entries else []


def _comment(function: FunctionOutline, language: str, indent: str) -> str:
    if language in _SLASHES:
        name = f"{function.name} " if language == "go" else ""
        return f"{indent}{_SLASHES[language]}{name}{_sentence(function.name)}\n"
    entries = [f" * @param {parameter.name} TODO" for parameter in function.parameters if parameter.name.isidentifier()]
    if function.returns not in ("", "void", "Promise<void>"):
        entries.append(" * @returns TODO")
    entries += [f" * @throws {kind} TODO" for kind in function.raises]
    lines = ["/**", f" * {_sentence(function.name)}", *([" *"] if entries else []), *entries, " */"]
    return "".join(f"{indent}{line}\n" for line in lines)


def _sentence(name: str) -> str:
    words = " ".join(words_of(name)) or name
    return f"TODO: {words}."


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
