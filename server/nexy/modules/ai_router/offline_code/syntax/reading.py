"""The outline of a piece of code in whatever language, where it can be parsed."""

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.modules.ai_router.offline_code.syntax.outline import Outline
from nexy.modules.ai_router.offline_code.syntax.python_outline import python_outline
from nexy.modules.ai_router.offline_code.syntax.python_source import python_source
from nexy.modules.ai_router.offline_code.syntax.source_tree import parsed
from nexy.modules.ai_router.offline_code.syntax.tree_outline import tree_outline


def outline_of(code: str, language: str, limits: OfflineCodeConfig) -> Outline | None:
    """None where there is no parser for it, the code is broken or too large."""
    if len(code) > limits.max_code_characters:
        return None
    try:
        return _outline(code, language, limits.max_nesting)
    except RecursionError:
        return None


def _outline(code: str, language: str, nesting: int) -> Outline | None:
    if language == "python":
        source = python_source(code)
        return None if isinstance(source, SyntaxError) else python_outline(source, nesting=nesting)
    tree = parsed(code, language)
    return None if tree is None or tree.root.has_error else tree_outline(tree, nesting=nesting)
