-- The ledger and the quotas that are kept in step with it. Days, weeks and months are those of UTC.

-- name: commit_for_good
-- Whatever the server's setting is: the outbox forgets a row as soon as it is committed.
SELECT set_config('synchronous_commit', 'on', true);

-- name: keep_usage
WITH incoming AS MATERIALIZED (
    SELECT DISTINCT ON (key) *
    FROM jsonb_to_recordset($1::text::jsonb) AS given (
        key text, device text, session_id text, source text, provider text, model text,
        input_tokens bigint, output_tokens bigint, cost_usd numeric, at timestamptz, estimated boolean,
        person text
    )
    ORDER BY key
), people AS MATERIALIZED (
    SELECT device, nexy_person_of(device, nullif(person, '')::uuid) AS user_id
    FROM (SELECT device, max(person) AS person FROM incoming GROUP BY device ORDER BY device) AS devices
), kept AS (
    INSERT INTO token_usage (key, user_id, hardware_hash, session_id, source, provider, model,
                             input_tokens, output_tokens, cost_usd, created_at, estimated)
    SELECT key, user_id, device, session_id, source, provider, model, input_tokens, output_tokens, cost_usd, at,
           coalesce(estimated, false)
    FROM incoming JOIN people USING (device)
    ON CONFLICT (key) DO NOTHING
    RETURNING user_id, created_at, input_tokens + output_tokens AS tokens, cost_usd
), spent AS (
    SELECT user_id, period, date_trunc(period, created_at AT TIME ZONE 'UTC')::date AS starts_on,
           sum(tokens)::bigint AS tokens, coalesce(sum(cost_usd), 0) AS cost_usd
    FROM kept CROSS JOIN (VALUES ('day'), ('week'), ('month')) AS periods (period)
    GROUP BY user_id, period, starts_on
)
INSERT INTO quota_usage AS quota (user_id, period, starts_on, tokens, cost_usd)
SELECT user_id, period, starts_on, tokens, cost_usd FROM spent ORDER BY user_id, period, starts_on
ON CONFLICT (user_id, period, starts_on) DO UPDATE
SET tokens = quota.tokens + excluded.tokens, cost_usd = quota.cost_usd + excluded.cost_usd, updated_at = now();

-- name: spent_by_account
-- Under the same names as in memory: a person who can sign in by her id, everybody else by the hash of the payer.
SELECT account,
       coalesce(sum(tokens) FILTER (WHERE created_at >= $1), 0) AS day_tokens,
       coalesce(sum(cost_usd) FILTER (WHERE created_at >= $1), 0) AS day_usd,
       coalesce(sum(tokens) FILTER (WHERE created_at >= $2), 0) AS week_tokens,
       coalesce(sum(cost_usd) FILTER (WHERE created_at >= $2), 0) AS week_usd,
       coalesce(sum(tokens) FILTER (WHERE created_at >= $3), 0) AS month_tokens,
       coalesce(sum(cost_usd) FILTER (WHERE created_at >= $3), 0) AS month_usd
FROM (
    SELECT coalesce(auth_identities.user_id::text, hardware_hash) AS account,
           token_usage.created_at, input_tokens + output_tokens AS tokens, cost_usd
    FROM token_usage LEFT JOIN auth_identities USING (user_id)
    WHERE token_usage.created_at >= least($1::timestamptz, $2::timestamptz, $3::timestamptz)
      AND token_usage.created_at < $4::timestamptz
) AS recent
GROUP BY account;

-- name: report_costs
SELECT CASE WHEN 'user' = ANY ($3::text[]) THEN user_id::text END AS "user",
       CASE WHEN 'model' = ANY ($3::text[]) THEN model END AS model,
       CASE WHEN 'source' = ANY ($3::text[]) THEN source END AS source,
       CASE WHEN 'day' = ANY ($3::text[]) THEN (created_at AT TIME ZONE 'UTC')::date::text END AS day,
       count(*) AS calls,
       sum(input_tokens) AS input_tokens,
       sum(output_tokens) AS output_tokens,
       sum(cost_usd) AS cost_usd,
       count(*) FILTER (WHERE cost_usd IS NULL) AS unpriced_calls,
       count(*) FILTER (WHERE estimated) AS estimated_calls
FROM token_usage
WHERE created_at >= $1::timestamptz AND created_at < $2::timestamptz
GROUP BY 1, 2, 3, 4
ORDER BY day, cost_usd DESC NULLS FIRST, "user", model, source;
