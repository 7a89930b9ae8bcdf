-- The organisation's rows as they travel, the feed of their changes, and the commands that made them.

-- Every row, whole. What the database itself must find or forbid is taken out into columns; the rest
-- is the row's text, byte for byte as devices get it.
CREATE TABLE record (
  org_id uuid NOT NULL REFERENCES org,
  -- Its table's number (records.rs): rows refer only to smaller ones.
  tbl integer NOT NULL,
  id text NOT NULL,
  -- Whose unit it belongs to; none for what is the organisation's own.
  customer bigint,
  account bigint,
  -- An arrangement that insulates its debt now.
  active boolean NOT NULL DEFAULT false,
  body text NOT NULL,
  -- A customer as the billing system last gave it: what differs from it, a person changed.
  imported text,
  PRIMARY KEY (org_id, tbl, id)
);
CREATE INDEX record_customer ON record (org_id, customer);
-- At most one arrangement is in force on an account, whatever a program believes.
CREATE UNIQUE INDEX record_one_active_arrangement ON record (org_id, account) WHERE active;

-- Who works whom. The unit is the customer: caps, refusals and bankruptcies look at the person.
CREATE TABLE assignment (
  org_id uuid NOT NULL,
  customer bigint NOT NULL,
  user_id uuid NOT NULL,
  PRIMARY KEY (org_id, user_id, customer),
  FOREIGN KEY (org_id, user_id) REFERENCES person
);
CREATE INDEX assignment_customer ON assignment (org_id, customer);

-- Every change of it, numbered by org.scope_seq: what a device compares its scope_version with.
CREATE TABLE scope_change (
  org_id uuid NOT NULL REFERENCES org,
  version bigint NOT NULL,
  user_id uuid NOT NULL,
  customer bigint NOT NULL,
  added boolean NOT NULL,
  -- The transaction in which it changed.
  seq bigint NOT NULL,
  PRIMARY KEY (org_id, version)
);
CREATE INDEX scope_change_user ON scope_change (org_id, user_id, customer, version);
CREATE INDEX scope_change_seq ON scope_change (org_id, seq);

-- The rows that a transaction changed, as it left them. org.floor_seq says what is still kept.
CREATE TABLE feed (
  org_id uuid NOT NULL REFERENCES org,
  seq bigint NOT NULL,
  tbl integer NOT NULL,
  id text NOT NULL,
  customer bigint,
  body text NOT NULL,
  PRIMARY KEY (org_id, seq, tbl, id)
);

-- Every command, with what was decided: asked again, it is answered again.
CREATE TABLE command (
  org_id uuid NOT NULL,
  device_id uuid NOT NULL,
  device_seq bigint NOT NULL CHECK (device_seq > 0),
  id uuid NOT NULL,
  digest bytea NOT NULL,
  customer bigint,
  account bigint,
  -- accepted, refused, quarantined
  outcome text NOT NULL,
  result text NOT NULL,
  -- The command itself, for whoever must look at it.
  envelope text NOT NULL,
  seq bigint NOT NULL,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, device_id, device_seq),
  UNIQUE (org_id, id),
  FOREIGN KEY (org_id, device_id) REFERENCES device
);
CREATE INDEX command_seq ON command (org_id, device_id, seq);
CREATE INDEX command_quarantined ON command (org_id, device_id) WHERE outcome = 'quarantined';

-- Leave to call while offline. Counted as a call until it is spent or given back, or the cap's window
-- has passed after its end.
CREATE TABLE permit (
  org_id uuid NOT NULL,
  permit_id uuid NOT NULL,
  device_id uuid NOT NULL,
  customer bigint NOT NULL,
  given_at timestamptz NOT NULL,
  good_until timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (org_id, permit_id),
  FOREIGN KEY (org_id, device_id) REFERENCES device
);
CREATE INDEX permit_customer ON permit (org_id, customer) WHERE ended_at IS NULL;
CREATE INDEX permit_device ON permit (org_id, device_id) WHERE ended_at IS NULL;

-- First snapshots being fetched: any server can hand out a chunk.
CREATE TABLE snapshot (
  org_id uuid NOT NULL,
  snapshot_id uuid NOT NULL,
  device_id uuid NOT NULL,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, snapshot_id),
  FOREIGN KEY (org_id, device_id) REFERENCES device
);
CREATE TABLE snapshot_chunk (
  org_id uuid NOT NULL,
  snapshot_id uuid NOT NULL,
  nr integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (org_id, snapshot_id, nr),
  FOREIGN KEY (org_id, snapshot_id) REFERENCES snapshot ON DELETE CASCADE
);
-- Compressed already.
ALTER TABLE snapshot_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
