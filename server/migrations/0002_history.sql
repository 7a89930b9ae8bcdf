-- What was done and by whom, sign-ins included. Append-only and chained by hashes: an altered,
-- removed or reordered entry is found.

CREATE TABLE history (
  org_id uuid NOT NULL REFERENCES org,
  nr bigint NOT NULL,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  account bigint,
  kind text NOT NULL,
  summary text NOT NULL,
  -- As it was hashed, byte for byte.
  detail text NOT NULL,
  link bytea NOT NULL,
  PRIMARY KEY (org_id, nr),
  UNIQUE (org_id, id)
);
CREATE INDEX history_account ON history (org_id, account, nr) WHERE account IS NOT NULL;
CREATE INDEX history_at ON history (org_id, at);

-- Length and last link, kept apart so that a removed end is found too.
CREATE TABLE history_head (
  org_id uuid PRIMARY KEY REFERENCES org,
  count bigint NOT NULL,
  link bytea NOT NULL
);

CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the history is append-only';
END $$;
CREATE TRIGGER history_is_not_changed BEFORE UPDATE OR DELETE ON history
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER history_is_not_emptied BEFORE TRUNCATE ON history
  FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only();
