-- Who may speak to this server. org_id leads every key, so that the tables can be distributed by it.

CREATE TABLE org (
  org_id uuid PRIMARY KEY,
  -- Short name that enrolment codes begin with.
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]{2,20}$'),
  name text NOT NULL,
  -- Number of the last committed transaction of the feed: a row, never a sequence, so that it
  -- becomes visible in the order in which it was given.
  seq bigint NOT NULL DEFAULT 0,
  -- The feed up to here is gone: who stands below it takes a fresh snapshot.
  floor_seq bigint NOT NULL DEFAULT 0,
  -- Number of the last change of who works whom.
  scope_seq bigint NOT NULL DEFAULT 0,
  -- Commands decided up to here survive a loss of the server: a backup holds them.
  durable_seq bigint NOT NULL DEFAULT 0,
  -- Counts up when the database is restored from a backup.
  epoch bigint NOT NULL DEFAULT 1,
  -- Up to when payments are known. A service is suspended only if this is fresh.
  payments_until timestamptz
);

CREATE TABLE person (
  org_id uuid NOT NULL REFERENCES org,
  user_id uuid NOT NULL,
  login text NOT NULL CHECK (login = lower(login)),
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('specialist', 'supervisor', 'administrator', 'auditor')),
  -- Argon2id as a PHC string; none until the first enrolment.
  password text,
  failures integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  disabled_at timestamptz,
  PRIMARY KEY (org_id, user_id),
  UNIQUE (org_id, login)
);

-- One-time codes; only their hash is kept.
CREATE TABLE enrolment (
  org_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  user_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (org_id, code_hash),
  FOREIGN KEY (org_id, user_id) REFERENCES person
);

CREATE TABLE device (
  org_id uuid NOT NULL,
  device_id uuid NOT NULL,
  user_id uuid NOT NULL,
  name text NOT NULL,
  -- Ed25519.
  public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
  enrolled_at timestamptz NOT NULL,
  -- The user proved to be there; from time to time again.
  signed_in_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_why text,
  -- Freshness, for the supervisor.
  seen_at timestamptz,
  cursor_seq bigint NOT NULL DEFAULT 0,
  app_version text NOT NULL DEFAULT '',
  -- Measured when it last pushed: how far its clock is ahead of ours.
  clock_ahead_ms bigint NOT NULL DEFAULT 0,
  last_seq bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (org_id, device_id),
  UNIQUE (org_id, public_key),
  FOREIGN KEY (org_id, user_id) REFERENCES person
);

-- What a device must sign; good once.
CREATE TABLE challenge (
  org_id uuid NOT NULL,
  nonce_hash bytea NOT NULL,
  device_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, nonce_hash),
  FOREIGN KEY (org_id, device_id) REFERENCES device
);

-- Short tokens, by their hash.
CREATE TABLE session (
  org_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  device_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, token_hash),
  FOREIGN KEY (org_id, device_id) REFERENCES device
);
CREATE INDEX session_device ON session (org_id, device_id);
