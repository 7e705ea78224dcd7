#!/usr/bin/env bash
# The end-to-end check of the testing protocol: sign in, search, generate, save. Exit code 0 only when every step holds.
#
#   NEXY_DEMO=1 nexy serve          in another terminal
#   deploy/checks/e2e-test.sh
#
# NEXY_URL, SUPABASE_URL: where the server is. TEST_EMAIL, TEST_PASSWORD: whose account (default: the demo account).
# SUPABASE_ANON_KEY: sent as apikey if there is one (nexy keys anon). SECONDS_EACH: patience with one step; SECONDS_INDEX: with an index that
# is being made; SECONDS_BEGIN: with a server that has none yet.
# Everybody on a machine can read the arguments of a program, and one of them holds 128 KiB at most: secrets and answers
# go through files and pipes.
set -euo pipefail

API="${NEXY_URL:-http://localhost:8000}"
SUPABASE="${SUPABASE_URL:-http://localhost:54321}"
EMAIL="${TEST_EMAIL:-test@example.com}"
PASSWORD="${TEST_PASSWORD:-testpassword}"
PATIENCE="${SECONDS_EACH:-60}"
INDEX_PATIENCE="${SECONDS_INDEX:-120}"
BEGIN_PATIENCE="${SECONDS_BEGIN:-10}"
JWT_TOKEN=""
export EMAIL PASSWORD

# What stands in the headers; curl reads it as a file.
anon_key() {
  if [ -n "${SUPABASE_ANON_KEY:-}" ]; then printf 'apikey: %s\n' "$SUPABASE_ANON_KEY"; fi
}
signed_in() {
  printf 'Authorization: Bearer %s\n' "$JWT_TOKEN"
}

fail() {
  printf '❌ %s\n' "$*" >&2
  exit 1
}

# post STEP STATUS URL [curl's flags]: sends standard input as JSON and prints the JSON that comes back.
post() {
  local step="$1" wanted="$2" url="$3" reply status body
  shift 3
  reply=$(curl --silent --show-error --max-time "$PATIENCE" --write-out '\n%{http_code}' -X POST "$url" \
    -H "Content-Type: application/json" "$@" --data-binary @-) || fail "$step: $url не отвечает"
  status="${reply##*$'\n'}" body="${reply%$'\n'*}"
  [ "$status" = "$wanted" ] || fail "$step: HTTP $status вместо $wanted: ${body:0:500}"
  # Slurped, so that nothing at all and two things are faults too.
  jq -es 'map(type) == ["object"]' >/dev/null 2>&1 <<<"$body" || fail "$step: ответ не является объектом JSON: ${body:0:500}"
  printf '%s' "$body"
}

# field STEP FILTER JSON: prints what the filter finds; nothing, null and an empty text are failures.
field() {
  jq -er "$2 | if . == \"\" then null else . end" 2>/dev/null <<<"$3" || fail "$1: в ответе нет $2: ${3:0:500}"
}

for tool in curl jq; do
  command -v "$tool" >/dev/null || fail "нужна программа $tool"
done

echo "🧪 Запуск End-to-End тестирования..."

# Шаг 1: Аутентификация
SIGN_IN=$(jq -n '{email: env.EMAIL, password: env.PASSWORD}')
SESSION=$(post "Аутентификация" 200 "$SUPABASE/auth/v1/token" -H @<(anon_key) <<<"$SIGN_IN")
JWT_TOKEN=$(field "Аутентификация" '.access_token | strings' "$SESSION")
# Only its beginning: logs are read by more people than tokens are meant for.
echo "✅ Аутентификация: ${JWT_TOKEN:0:16}..."

# Шаг 2: Семантический поиск
QUESTION=$(jq -n '{query: "user authentication", context: "auth_system"}')
for ((waited = 0; ; waited++)); do
  SEARCH_RESULT=$(post "Поиск" 200 "$API/api/v1/search" -H @<(signed_in) <<<"$QUESTION")
  FOUND=$(field "Поиск" '.results | arrays | length' "$SEARCH_RESULT")
  [ "$FOUND" -eq 0 ] || break
  # A server that has just started begins to read the code in a moment, and then says that it is not done.
  jq -e '.index.stale' >/dev/null <<<"$SEARCH_RESULT" && patience="$INDEX_PATIENCE" || patience="$BEGIN_PATIENCE"
  [ "$waited" -lt "$patience" ] || break
  sleep 1
done
[ "$FOUND" -gt 0 ] || fail "Поиск: 0 результатов: проиндексируйте код (nexy index ПАПКА) или запустите сервер с NEXY_DEMO=1"
echo "✅ Поиск: $FOUND результатов"

# Шаг 3: Генерация кода на основе найденного
TASK=$(jq -n --rawfile context <(printf '%s' "$SEARCH_RESULT") \
  '{task_type: "code_generation", context: $context, requirements: "create login endpoint"}')
GENERATION_RESULT=$(post "Генерация" 200 "$API/api/v1/generate" -H @<(signed_in) <<<"$TASK")
CODE=$(field "Генерация" '.code | strings' "$GENERATION_RESULT")
echo "✅ Генерация: $(printf '%s' "$CODE" | jq -Rs length) символов"

# Шаг 4: Сохранение в Supabase
SNIPPET=$(jq -n --rawfile code <(printf '%s' "$CODE") '{title: "Generated Login Endpoint", code: $code, language: "typescript"}')
SAVE_RESULT=$(post "Сохранение" 201 "$SUPABASE/rest/v1/code_snippets" -H @<(signed_in; anon_key) <<<"$SNIPPET")
field "Сохранение" '.id' "$SAVE_RESULT" >/dev/null
jq -e --rawfile code <(printf '%s' "$CODE") '.code == $code' >/dev/null <<<"$SAVE_RESULT" || fail "Сохранение: сохранён другой код"
echo "✅ Сохранение: $(jq '.id' <<<"$SAVE_RESULT")"

echo "🎉 End-to-End тестирование завершено успешно!"
