-- A push writes hundreds of rows, and each asked the organisation's and the device's row whether it is there, while
-- every push updates both: the checks cost more than the rows, and under many clients they wait for each other.
-- The writer holds or has read those rows in the same transaction, and neither an organisation nor a device is ever deleted.
ALTER TABLE record DROP CONSTRAINT record_org_id_fkey;
ALTER TABLE feed DROP CONSTRAINT feed_org_id_fkey;
ALTER TABLE history DROP CONSTRAINT history_org_id_fkey;
ALTER TABLE command DROP CONSTRAINT command_org_id_device_id_fkey;
-- Counters: room for the next versions on the same page.
ALTER TABLE org SET (fillfactor = 20);
ALTER TABLE device SET (fillfactor = 50);
