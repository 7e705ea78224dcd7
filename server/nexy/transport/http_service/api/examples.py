"""A body to begin with for each endpoint, for people and for the description; single quotes would end curl's."""

from collections.abc import Mapping

Example = Mapping[str, object]

ROUTE: Example = {"task_type": "code_review", "code": "eval(input())", "language": "python"}
SEARCH: Example = {"query": "where are retries made?", "limit": 5}
GENERATE: Example = {"description": "retry a call with back-off", "language": "python"}
ANALYZE: Example = {"code": "def add(a, b=[]):\n    b.append(a)\n    return b\n", "language": "python"}
COMPLETE: Example = {"prefix": "class User:\n    def __init__(self, name, email):\n", "language": "python"}
EXPLAIN: Example = {"code": "def double(x):\n    return 2 * x\n", "language": "python"}
FEEDBACK: Example = {"request_id": "0123456789abcdef0123456789abcdef", "score": 1.0}
