"""What a question may cost, before anybody is asked."""

from collections.abc import Mapping

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.routing import Task
from nexy.contracts.usage import Expected
from nexy.modules.ai_router.routing.models import tokens_of
from nexy.modules.ai_router.routing.plan import Plan


class Foresight:
    """Knows how much each provider may say to a question that sets no bound."""

    def __init__(self, config: WordsConfig) -> None:
        self._most: Mapping[str, int] = {
            "openai": config.openai.max_tokens,
            "claude": config.claude.max_tokens,
            "gemini": config.gemini.max_tokens,
            "ollama": config.ollama.max_tokens,
        }
        self._thoughts: Mapping[str, int] = {"gemini": max(config.gemini.thinking_tokens, 0)}

    def of(self, task: Task, plan: Plan) -> Expected:
        """The question once, the longest answer, and everybody in the plan who is paid."""
        paid = tuple([(link.provider.name, link.model) for link in plan.links if not link.provider.free])
        if not paid:
            return Expected()
        wanted = task.question.max_tokens
        longest = max([(wanted or self._most.get(name, 0)) + self._thoughts.get(name, 0) for name, _ in paid])
        answers = 1 if task.passed is None else task.passed.answers
        return Expected(input_tokens=tokens_of(task.question), output_tokens=longest * answers, models=paid)
