"""Whether code parses, by a parser that is not the one under test where there is one."""

import ast

from nexy.modules.ai_router.offline_code.syntax.source_tree import parsed


def parses(code: str, language: str) -> bool:
    """Python by its own parser, SQL not at all, everything else without one ERROR node."""
    if language == "python":
        ast.parse(code)
        return True
    tree = parsed(code, language)
    return language == "sql" or (tree is not None and not tree.root.has_error)
