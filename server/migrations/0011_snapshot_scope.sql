-- What the user worked when the snapshot was taken: a customer taken away since must not be handed out with it.
-- Snapshots that are being fetched at this moment begin anew if anything was ever taken away.
ALTER TABLE snapshot ADD COLUMN scope_version bigint NOT NULL DEFAULT 0;
