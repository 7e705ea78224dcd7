"""From a request's body to the task that the router gets."""

from collections.abc import Mapping

import msgspec

from nexy.contracts.code_search import FindCode, SearchKind
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.routing import Brief, Complexity, Payer, Task, TaskType, Verb
from nexy.transport.http_service.api.shapes import (
    AnalyzeBody,
    CompleteBody,
    Context,
    ExplainBody,
    GenerateBody,
    RouteBody,
    SearchBody,
)
from nexy.workflows.code_prompts import Wish, question_of

ROUTE_ONE_OF = ("query", "prompt", "code", "description", "requirements")
GENERATE_ONE_OF = ("description", "requirements", "prompt")
EXPLAIN_ONE_OF = ("code", "symbol")
_NOTHING = Wish()


def search_wish(body: SearchBody, payer: Payer) -> FindCode:
    """What is looked for, and for whom; a context that is no text says nothing to a search."""
    return FindCode(
        query=body.query,
        user_id=payer.user_id,
        kind=SearchKind(body.type),
        limit=body.limit,
        language=body.language,
        project_id=body.project_id or "",
        context=body.context if isinstance(body.context, str) else "",
    )


def route_task(body: RouteBody, request_id: str, payer: Payer) -> Task:
    """A task of any kind; raises `ValidationFailed` where nothing is asked."""
    said = {name: getattr(body, name) for name in ROUTE_ONE_OF if name != "code"}
    text = _one_of(said, ROUTE_ONE_OF, known=body.code is not None)
    brief = Brief(
        verb=Verb.SEARCH if TaskType(body.task_type) is TaskType.SEMANTIC_SEARCH else Verb.ANSWER,
        text=text,
        code=body.code or "",
        language=body.language,
        context=_written(body.context),
    )
    wish = Wish(max_tokens=body.max_tokens, temperature=body.temperature)
    return _task(brief, request_id, payer, body.task_type, body.complexity, wish, body.force_provider or "")


def generate_task(body: GenerateBody, request_id: str, payer: Payer) -> Task:
    """Code to be written."""
    text = _one_of({name: getattr(body, name) for name in GENERATE_ONE_OF}, GENERATE_ONE_OF)
    brief = Brief(verb=Verb.GENERATE, text=text, language=body.language, context=_written(body.context))
    return _task(brief, request_id, payer, body.task_type, body.complexity)


def analyze_task(body: AnalyzeBody, request_id: str, payer: Payer) -> Task:
    """Code to be looked at."""
    brief = Brief(verb=Verb.ANALYZE, code=body.code, language=body.language, text=body.analysis_type)
    wish = Wish(analysis=body.analysis_type)
    return _task(brief, request_id, payer, TaskType.CODE_ANALYSIS, body.complexity, wish)


def complete_task(body: CompleteBody, request_id: str, payer: Payer) -> Task:
    """Code with a gap."""
    brief = Brief(
        verb=Verb.COMPLETE,
        prefix=body.prefix,
        suffix=body.suffix,
        language=body.language,
        file_path=body.file_path,
    )
    wish = Wish(count=body.max_suggestions)
    return _task(brief, request_id, payer, TaskType.CODE_GENERATION, Complexity.LOW, wish)


def explain_task(body: ExplainBody, request_id: str, payer: Payer) -> Task:
    """Code, or the name of something, to be explained."""
    text = _one_of({"symbol": body.symbol}, EXPLAIN_ONE_OF, known=body.code is not None)
    brief = Brief(
        verb=Verb.EXPLAIN,
        text=text,
        code=body.code or "",
        language=body.language,
        context=_written(body.context),
        file_path=body.file_path,
    )
    return _task(brief, request_id, payer, TaskType.DOCUMENTATION, Complexity.MEDIUM)


def _task(
    brief: Brief,
    request_id: str,
    payer: Payer,
    task_type: str,
    complexity: str,
    wish: Wish = _NOTHING,
    force_provider: str = "",
) -> Task:
    kind, hardness = TaskType(task_type), Complexity(complexity)
    return Task(
        request_id=request_id,
        task_type=kind,
        question=question_of(brief, kind, hardness, wish),
        payer=payer,
        brief=brief,
        complexity=hardness,
        language=brief.language,
        force_provider=force_provider,
    )


def _one_of(said: Mapping[str, str | None], names: tuple[str, ...], *, known: bool = False) -> str:
    """Everything that was said, in paragraphs."""
    texts = [text for text in said.values() if text]
    if not texts and not known:
        raise ValidationFailed(f"{names[0]}: one of {', '.join(names)} is needed", field=names[0])
    return "\n\n".join(texts)


def _written(context: Context) -> str:
    if context is None or isinstance(context, str):
        return context or ""
    return msgspec.json.encode(context).decode()
