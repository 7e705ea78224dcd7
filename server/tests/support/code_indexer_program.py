"""A process that indexes a folder and says how far it is: `python code_indexer_program.py HOME SOURCE`.

The addresses of the database come as JSON on its input; each step is a line of its output.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from nexy.config.database_section import DatabaseSection

_PATIENCE_SECONDS = 60.0


@asynccontextmanager
async def indexing(home: Path, source: Path, section: DatabaseSection) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start one; it is gone after the block, killed if need be."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, str(home), str(source), stdin=pipe, stdout=pipe, cwd=Path(__file__).parents[1]
    )
    try:
        assert process.stdin is not None
        told = {"home": section.home, "url": section.url, "app": section.config.app_url}
        process.stdin.write(json.dumps(told).encode() + b"\n")
        process.stdin.close()
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await asyncio.wait_for(process.wait(), _PATIENCE_SECONDS)


async def _index(home: Path, source: str) -> None:
    from nexy.config.database_section import DatabaseConfig
    from nexy.contracts.code_search import IndexCode
    from nexy.modules.database.module import DatabaseModule
    from support.code_indexing import house_on
    from support.peers import FakePeers

    told = json.loads(sys.stdin.readline())
    database = DatabaseModule()
    section = DatabaseSection(home=told["home"], url=told["url"], config=DatabaseConfig(app_url=told["app"]))
    await database.initialize(section, FakePeers())
    try:
        async with (
            house_on(database, home) as house,
            aclosing(await house.indexer.index(IndexCode(source=source))) as run,
        ):
            async for step in run:
                sys.stdout.write(f"{type(step).__name__}\n")
                sys.stdout.flush()
    finally:
        await database.cleanup()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    asyncio.run(_index(Path(sys.argv[1]), sys.argv[2]))
