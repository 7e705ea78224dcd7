"""What languages are called, and which one a file is in by its name or first line."""

import re
from pathlib import PurePosixPath

_ALIASES = {
    "py": "python", "python3": "python", "pyi": "python", "pyw": "python", "pyx": "python", "pxd": "python",
    "ts": "typescript", "mts": "typescript", "cts": "typescript", "typescriptreact": "tsx",
    "js": "javascript", "jsx": "javascript", "mjs": "javascript", "cjs": "javascript", "node": "javascript",
    "javascriptreact": "javascript", "golang": "go", "rs": "rust", "h": "c", "c++": "cpp", "cc": "cpp", "cxx": "cpp",
    "hpp": "cpp", "hh": "cpp", "hxx": "cpp", "ipp": "cpp", "inl": "cpp", "postgresql": "sql", "postgres": "sql",
    "plpgsql": "sql", "sqlite": "sql", "mysql": "sql", "sh": "bash", "shell": "bash", "zsh": "bash", "rb": "ruby",
    "ksh": "bash", "bats": "bash", "rake": "ruby", "gemspec": "ruby", "cs": "csharp", "c#": "csharp", "kt": "kotlin",
    "kts": "kotlin", "scala": "scala", "sbt": "scala", "md": "markdown", "mdx": "markdown", "markdown": "markdown",
    "rst": "rst", "adoc": "asciidoc", "asciidoc": "asciidoc", "yml": "yaml", "htm": "html", "xhtml": "html",
    "scss": "css", "sass": "css", "less": "css", "ex": "elixir", "exs": "elixir", "erl": "erlang", "hrl": "erlang",
    "hs": "haskell", "ml": "ocaml", "mli": "ocaml", "fs": "fsharp", "clj": "clojure", "cljs": "clojure",
    "pl": "perl", "pm": "perl", "m": "objc", "mm": "objc", "ps1": "powershell", "psm1": "powershell",
    "tf": "terraform", "hcl": "terraform", "proto": "protobuf", "gql": "graphql", "jl": "julia", "f90": "fortran",
    "asm": "assembly", "s": "assembly", "svh": "verilog", "sv": "verilog", "v": "verilog", "vhd": "vhdl",
    "cfg": "ini", "conf": "ini", "properties": "ini", "env": "ini", "jsonc": "json", "json5": "json", "txt": "text",
    "mk": "make", "cmake": "cmake", "el": "lisp", "lisp": "lisp", "scm": "scheme", "sol": "solidity",
}  # fmt: skip
_SHOWN = {
    "python": "Python", "typescript": "TypeScript", "tsx": "TypeScript", "javascript": "JavaScript", "go": "Go",
    "rust": "Rust", "java": "Java", "c": "C", "cpp": "C++", "sql": "SQL", "bash": "Bash", "ruby": "Ruby",
    "csharp": "C#", "kotlin": "Kotlin", "markdown": "Markdown", "yaml": "YAML", "json": "JSON", "html": "HTML",
    "css": "CSS", "swift": "Swift", "php": "PHP", "scala": "Scala", "lua": "Lua", "toml": "TOML",
}  # fmt: skip
_ENDINGS = frozenset((
    "go", "java", "c", "cpp", "sql", "swift", "php", "scala", "lua", "dart", "zig", "nim", "groovy", "r", "vue",
    "svelte", "toml", "ini", "json", "xml", "html", "css", "yaml", "graphql", "tcl", "awk", "vim", "fish", "nix", "tsx",
))  # fmt: skip
_BY_NAME = {
    "dockerfile": "dockerfile", "containerfile": "dockerfile", "makefile": "make", "gnumakefile": "make",
    "cmakelists.txt": "cmake", "rakefile": "ruby", "gemfile": "ruby", "vagrantfile": "ruby", "jenkinsfile": "groovy",
    "build": "starlark", "build.bazel": "starlark", "workspace": "starlark", "justfile": "make",
    "sconstruct": "python", "wscript": "python", ".bashrc": "bash", ".profile": "bash", ".zshrc": "bash",
}  # fmt: skip
_SHEBANGS = {
    "python": "python", "bash": "bash", "zsh": "bash", "sh": "bash", "dash": "bash", "ksh": "bash",
    "node": "javascript", "deno": "typescript", "bun": "typescript", "ruby": "ruby", "perl": "perl", "php": "php",
    "lua": "lua",
}  # fmt: skip
_SHEBANG = re.compile(rf"#!.{{0,80}}?\b({'|'.join(_SHEBANGS)})[\d.]*\b")
# Who asks for the one means the others too; the endings of JavaScript are one language here already.
_MEANT = {"typescript": ("typescript", "tsx")}
_CPP = re.compile(r"^[ \t]*(?:class \w+|namespace \w+|template[ \t]*<|using namespace|#include <\w+>)", re.MULTILINE)
PLAIN = "text"
# Every language that a file can be said to be in, by its usual name.
KNOWN = frozenset((
    PLAIN, *_ALIASES.values(), *(ending for ending in _ENDINGS if ending not in _ALIASES), *_BY_NAME.values(),
    *_SHEBANGS.values(),
))  # fmt: skip


def normal_name(name: str) -> str:
    """The usual name of a language ("py" is python), in small letters; an unknown one as it is."""
    plain = name.strip().lower()
    return _ALIASES.get(plain, plain)


def meant_languages(language: str) -> tuple[str, ...]:
    """Those that a person means who asks for a language by its usual name: TypeScript is TSX too, C is not C++."""
    return _MEANT.get(language, (language,))


def shown_name(language: str) -> str:
    """As people write it."""
    return _SHOWN.get(language, language or PLAIN)


def shebang_language(code: str) -> str:
    """The language of the interpreter that the first line names, else ""."""
    found = _SHEBANG.match(code)
    return _SHEBANGS[found[1]] if found else ""


def language_of_file(path: str, head: str = "") -> str:
    """By the file's name, else by the first line of its `head`; "text" where neither tells.

    A `.h` whose head speaks C++ is C++: the ending is both languages'.
    """
    name = PurePosixPath(path).name.lower()
    stem, _, ending = name.rpartition(".")
    if known := _BY_NAME.get(name) or _BY_NAME.get(stem if ending == "in" else ""):
        return known
    if name.startswith(("dockerfile.", "containerfile.")):
        return "dockerfile"
    if ending == "h" and stem:
        return "cpp" if _CPP.search(head) else "c"
    if stem and (ending in _ALIASES or ending in _ENDINGS):
        return normal_name(ending)
    return shebang_language(head) or PLAIN
