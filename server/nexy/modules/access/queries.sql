-- The directory of who may come in.

-- name: moment
SELECT clock_timestamp() AS moment;
