"""The tools: what a client asks goes down to the workflows, and what comes back goes up in shapes."""

import uuid
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import PurePath
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from nexy.contracts.code_search import (
    DescribeIndexes,
    FindCode,
    IndexCode,
    IndexProgress,
    IndexReport,
    SearchKind,
)
from nexy.contracts.errors import Internal, NexyError
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.routing import Payer
from nexy.transport.http_service.api.shapes import ExplainBody
from nexy.transport.http_service.api.tasks import explain_task
from nexy.transport.mcp_service.progress import Progress
from nexy.transport.mcp_service.replies import explanation_shape, indexed_shape, project_shape, search_shape
from nexy.transport.mcp_service.shapes import ExplanationShape, IndexedShape, SearchShape, StatusShape
from nexy.utils.code_languages import normal_name
from nexy.workflows.code_assistance import CodeAssistance

_LANGUAGE = "Keep to one language, such as python, typescript or go; empty for all."
_REMOTE = "git@"
Language = Annotated[str, Field(description=_LANGUAGE)]


class CodeTools:
    """Everything is asked in the name of one person; without a `user_id` only public projects are seen."""

    def __init__(self, assistance: CodeAssistance, code: UniversalModuleInterface, user_id: str = "") -> None:
        self._assistance = assistance
        self._code = code
        name = f"user:{user_id}" if user_id else "mcp"
        self._payer = Payer(name=name, tenant=name, user_id=user_id)

    async def search_code(
        self,
        query: Annotated[str, Field(description="A question in English or Russian, a name, or a part of one.")],
        limit: Annotated[int, Field(ge=1, le=50, description="At most so many results.")] = 10,
        kind: Annotated[
            Literal["hybrid", "keyword", "semantic", "graph"], Field(description="Which signals rank the results.")
        ] = "hybrid",
        language: Language = "",
        project: Annotated[str, Field(description="A project's name or id; empty for all.")] = "",
    ) -> SearchShape:
        """Find the functions, methods and classes that a question is about, best first, each with the reason why."""
        wish = FindCode(
            query=query,
            user_id=self._payer.user_id,
            kind=SearchKind(kind),
            limit=limit,
            language=normal_name(language),
            project_id=project,
        )
        with _told_to_the_client():
            found, _ = await self._assistance.search(self._payer, str(uuid.uuid4()), wish)
        return search_shape(found)

    async def explain_code(
        self,
        symbol: Annotated[str, Field(description="The name of a function, method or class in the index.")] = "",
        code: Annotated[str, Field(description="Or the code itself.")] = "",
        language: Language = "",
        file_path: Annotated[str, Field(description="Where it stands, if several have the name.")] = "",
    ) -> ExplanationShape:
        """Explain a symbol of the indexed code, or a piece of code, with the places that the explanation leans on."""
        body = ExplainBody(
            code=code or None, symbol=symbol or None, language=normal_name(language), file_path=file_path
        )
        with _told_to_the_client():
            task = explain_task(body, str(uuid.uuid4()), self._payer)
            work, told = await self._assistance.free_answer(task)
        return explanation_shape(work, told)

    async def index_folder(
        self,
        source: Annotated[str, Field(description="An absolute path of a folder, or the URL of a git repository.")],
        context: Context[Any, Any],
        name: Annotated[str, Field(description="The project's name; the last part of the source otherwise.")] = "",
    ) -> IndexedShape:
        """Make a folder or repository searchable, or bring its index up to date: only what has changed is read.

        Where this server speaks for nobody in particular, everybody who can reach it may then search the project.
        """
        if not source.startswith(_REMOTE) and "://" not in source and not PurePath(source).is_absolute():
            raise ToolError("source: an absolute path or the URL of a repository is needed [validation_error]")
        order = IndexCode(source=source, name=name, owner_id=self._payer.user_id)
        progress = Progress(context.report_progress)
        with _told_to_the_client():
            report = await self._indexed(order, progress)
            await self._assistance.keep(self._payer.name, report.calls)
        return indexed_shape(report)

    async def _indexed(self, order: IndexCode, progress: Progress) -> IndexReport:
        report: IndexReport | None = None
        async with aclosing(await self._code.process(order)) as steps:
            async for step in steps:
                if isinstance(step, IndexProgress):
                    await progress.note(step)
                else:
                    report = step
        if report is None:
            raise Internal("indexing ended without a report")
        return report

    async def index_status(self) -> StatusShape:
        """List the indexed projects: how far each index is, what it holds, and whether the files are further."""
        with _told_to_the_client():
            facts = await self._code.process(DescribeIndexes(user_id=self._payer.user_id))
        return StatusShape(projects=[project_shape(one) for one in facts])


@contextmanager
def _told_to_the_client() -> Iterator[None]:
    """A refusal reaches the client in its own words, with the code that programs read."""
    try:
        yield
    except NexyError as refused:
        raise ToolError(f"{refused.message} [{refused.code}]") from refused
