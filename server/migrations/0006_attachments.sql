-- Letters as they were printed, and what came with the mail: by the SHA-256 of their bytes, sealed.

CREATE TABLE attachment (
  org_id uuid NOT NULL REFERENCES org,
  customer bigint NOT NULL,
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  media_type text NOT NULL,
  bytes bigint NOT NULL CHECK (bytes > 0),
  -- Bytes that are here, without a gap from the first.
  here bigint NOT NULL DEFAULT 0,
  -- All are, and their digest is the name.
  complete boolean NOT NULL DEFAULT false,
  device_id uuid NOT NULL,
  begun_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, customer, sha256),
  FOREIGN KEY (org_id, device_id) REFERENCES device
);
CREATE INDEX attachment_open ON attachment (org_id, begun_at) WHERE NOT complete;

CREATE TABLE attachment_part (
  org_id uuid NOT NULL,
  customer bigint NOT NULL,
  sha256 bytea NOT NULL,
  start bigint NOT NULL,
  -- Which of the server's keys sealed it.
  key_id bytea NOT NULL,
  -- Nonce, then XChaCha20-Poly1305.
  sealed bytea NOT NULL,
  PRIMARY KEY (org_id, customer, sha256, start),
  FOREIGN KEY (org_id, customer, sha256) REFERENCES attachment ON DELETE CASCADE
);
-- Random bytes do not compress.
ALTER TABLE attachment_part ALTER COLUMN sealed SET STORAGE EXTERNAL;
