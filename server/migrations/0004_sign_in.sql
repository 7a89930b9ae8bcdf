-- Sign-in with an organisation's own provider (OpenID Connect).

-- By what a first sign-in finds its user, if the provider says that the address is verified.
ALTER TABLE person ADD COLUMN email text CHECK (email = lower(email));
CREATE UNIQUE INDEX person_email ON person (org_id, email);

-- Who the provider's subject is. Once linked, the address does not matter any more.
CREATE TABLE identity (
  org_id uuid NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid NOT NULL,
  linked_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, issuer, subject),
  FOREIGN KEY (org_id, user_id) REFERENCES person
);

-- Sign-ins under way in a browser; good once. Here, since the answer may reach another server.
CREATE TABLE oidc_login (
  org_id uuid NOT NULL REFERENCES org,
  state_hash bytea NOT NULL,
  -- Kept by the browser; whoever brings the answer must be who asked.
  cookie_hash bytea NOT NULL,
  nonce text NOT NULL,
  verifier text NOT NULL,
  -- What the device gave: its own challenge, where it listens, and its own state.
  device_challenge text NOT NULL,
  redirect text NOT NULL,
  device_state text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, state_hash)
);

-- What the browser carries back to the device; good once, with the device's verifier.
CREATE TABLE oidc_code (
  org_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  user_id uuid NOT NULL,
  device_challenge text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, code_hash),
  FOREIGN KEY (org_id, user_id) REFERENCES person
);
