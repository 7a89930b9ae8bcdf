-- The history, approvals and who has an account open name people by their name: no two of an organisation share one.
-- Whoever came later (user ids grow with time) gets the login behind the name; their devices learn it with the next
-- token. Repeated, in case that somebody is called just that.
DO $$
BEGIN
  LOOP
    UPDATE person p SET name = p.name || ' (' || p.login || ')'
      WHERE EXISTS (SELECT 1 FROM person o
        WHERE o.org_id = p.org_id AND lower(o.name) = lower(p.name) AND o.user_id < p.user_id);
    EXIT WHEN NOT FOUND;
  END LOOP;
END $$;
CREATE UNIQUE INDEX person_name ON person (org_id, lower(name));
