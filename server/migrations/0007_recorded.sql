-- Payments that a person recorded, until the billing system posts them too.
ALTER TABLE record ADD COLUMN by_person boolean NOT NULL DEFAULT false;
CREATE INDEX record_by_person ON record (org_id, customer) WHERE by_person;
