-- Service orders that people asked for. A request is no order: the server releases it.

CREATE TABLE service_order (
  org_id uuid NOT NULL REFERENCES org,
  order_id uuid NOT NULL,
  customer bigint NOT NULL,
  account bigint NOT NULL,
  service text NOT NULL,
  -- suspend, terminate, restore, equipment_pickup
  kind text NOT NULL,
  requested_by text NOT NULL,
  -- When the server committed the request: payments must be known beyond this.
  requested_at timestamptz NOT NULL,
  -- requested, released, dispatched, refused
  state text NOT NULL DEFAULT 'requested',
  -- When the state was reached, and why it waits or was refused.
  state_at timestamptz NOT NULL,
  why text NOT NULL DEFAULT '',
  PRIMARY KEY (org_id, order_id)
);
CREATE INDEX service_order_open ON service_order (org_id, state) WHERE state IN ('requested', 'released');
CREATE INDEX service_order_account ON service_order (org_id, account);
-- One open order of a kind for a service, whoever asked.
CREATE UNIQUE INDEX service_order_once ON service_order (org_id, service, kind)
  WHERE state IN ('requested', 'released');
