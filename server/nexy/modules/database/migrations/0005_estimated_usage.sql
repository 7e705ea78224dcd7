-- An answer that was cut was paid for all the same, and no provider counts it: such a row says that it is a guess.
-- Older code goes on writing rows without this column.

ALTER TABLE token_usage ADD COLUMN estimated boolean NOT NULL DEFAULT false;
