-- Who has which account open now. Short-lived: what was not said again within a minute counts no more.
CREATE TABLE presence (
  org_id uuid NOT NULL,
  device_id uuid NOT NULL,
  account bigint NOT NULL,
  customer bigint NOT NULL,
  since timestamptz NOT NULL,
  said_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, device_id, account),
  FOREIGN KEY (org_id, device_id) REFERENCES device
);
CREATE INDEX presence_customer ON presence (org_id, customer);
