"""Accounts and rows with Supabase's own package: `python supabase_client.py [ADDRESS]`.

The address is the first argument, else SUPABASE_URL, else http://127.0.0.1:54321; the key is SUPABASE_ANON_KEY, as
`nexy keys anon` prints it. Needs `pip install supabase`.
"""

import os
import sys
import uuid

from postgrest.exceptions import APIError
from supabase import Client, create_client

address = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SUPABASE_URL", "http://127.0.0.1:54321")
key = os.environ.get("SUPABASE_ANON_KEY")
if not key:
    sys.exit("SUPABASE_ANON_KEY is not set: put what `nexy keys anon` prints into it.")


def new_person(name: str) -> Client:
    """A client of its own, with a new person signed in."""
    client = create_client(address, key)
    email = f"{name}-{uuid.uuid4().hex[:8]}@example.com"
    client.auth.sign_up({"email": email, "password": "a long password", "options": {"data": {"name": name}}})
    return client


ann, bob = new_person("ann"), new_person("bob")
shown = ann.auth.get_user()
print("signed in:", shown.user.email if shown else "nobody")

project = ann.table("projects").insert({"name": "lighthouse"}).execute().data[0]
ann.table("code_snippets").insert(
    [
        {"project_id": project["id"], "title": "lamp", "language": "python", "code": "print('light')"},
        {"project_id": project["id"], "title": "horn", "language": "go", "code": 'println("sound")'},
    ]
).execute()

found = ann.table("code_snippets").select("title, language", count="exact").order("title").limit(1).execute()
print(f"first of {found.count} snippets: {found.data[0]}")
print("in Python:", ann.table("code_snippets").select("title").eq("language", "python").single().execute().data)

print("bob sees:", bob.table("projects").select("*").execute().data)
try:
    bob.table("code_snippets").insert({"project_id": project["id"], "title": "mine now"}).execute()
except APIError as refused:
    print("bob is refused:", refused.code)

ann.table("code_snippets").delete().eq("title", "horn").execute()
print("left:", [row["title"] for row in ann.table("code_snippets").select("title").execute().data])
for client in (ann, bob):
    client.auth.sign_out()
