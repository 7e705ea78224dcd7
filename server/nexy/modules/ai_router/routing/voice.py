"""The voice's questions, in the form that every provider takes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from nexy.contracts.completions import Message, Picture, Question, Role
from nexy.contracts.routing import RouteEvent
from nexy.contracts.words import Chat, WordsBegun, WordsDelta, WordsEvent, WordsUsage
from nexy.modules.ai_router.provider import Enquiry


def enquiry_of(chat: Chat) -> Enquiry:
    """The system prompt, the person's words and what she sees."""
    seen = chat.screenshot
    pictures = (Picture(media_type="image/webp", data=seen.data),) if seen is not None and seen.data else ()
    asked = Message(role=Role.USER, text=chat.prompt, pictures=pictures)
    system = (Message(role=Role.SYSTEM, text=chat.system),) if chat.system else ()
    return Enquiry(question=Question(messages=(*system, asked)), chat=chat)


async def spoken(events: AsyncGenerator[RouteEvent, None]) -> AsyncGenerator[WordsEvent, None]:
    """The words of an answer, and what they cost."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, (WordsDelta, WordsBegun, WordsUsage)):
                yield event
