"""Ask Nexy with OpenAI's own package: `python openai_client.py [ADDRESS]`, whole, streamed and with its story.

The address is the first argument, else OPENAI_BASE_URL, else http://127.0.0.1:8000/v1. Needs `pip install openai`.
"""

import os
import sys

from openai import OpenAI

address = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1")
# Without NEXY_API_KEYS on the server any key will do; the package wants one.
client = OpenAI(base_url=address, api_key=os.environ.get("NEXY_API_KEY", "none"))

print("models:", ", ".join(model.id for model in client.models.list()))

reply = client.chat.completions.with_raw_response.create(
    model="auto",
    messages=[{"role": "user", "content": "Write a Python function that validates an email address"}],
)
print(f"\n{reply.headers['x-nexy-provider']} says:\n{reply.parse().choices[0].message.content}\n")

for chunk in client.chat.completions.create(
    model="auto",
    messages=[{"role": "user", "content": "Write a debounce helper in TypeScript"}],
    stream=True,
):
    for choice in chunk.choices:
        print(choice.delta.content or "", end="", flush=True)
print()
