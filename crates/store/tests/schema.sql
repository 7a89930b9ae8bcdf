CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customer,
  reference TEXT NOT NULL,
  mode TEXT NOT NULL,
  creditor TEXT NOT NULL,
  segment TEXT NOT NULL,
  opened INTEGER,
  closed INTEGER,
  autopay INTEGER NOT NULL,
  paperless INTEGER NOT NULL
) STRICT;
CREATE INDEX account_customer ON account (customer);
CREATE VIRTUAL TABLE account_search USING fts5(
  text, content='', contentless_delete=1, prefix='1 2 3', tokenize='unicode61 remove_diacritics 2'
);
CREATE TABLE account_summary (
  account INTEGER NOT NULL REFERENCES account,
  currency TEXT NOT NULL,
  open INTEGER NOT NULL,
  past_due INTEGER NOT NULL,
  disputed INTEGER NOT NULL,
  past_due_disputed INTEGER NOT NULL,
  unapplied INTEGER NOT NULL,
  oldest_days INTEGER NOT NULL,
  buckets TEXT NOT NULL,
  next TEXT NOT NULL,
  PRIMARY KEY (account, currency)
) STRICT, WITHOUT ROWID;
CREATE TABLE arrangement (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  kind TEXT NOT NULL,
  agreed INTEGER NOT NULL,
  agreed_on INTEGER NOT NULL,
  covers TEXT NOT NULL,
  before TEXT NOT NULL,
  policy_version INTEGER NOT NULL,
  approved_by TEXT,
  cancelled INTEGER
) STRICT;
CREATE INDEX arrangement_account ON arrangement (account);
CREATE TABLE assigned (
  customer INTEGER PRIMARY KEY,
  users TEXT NOT NULL
) STRICT;
CREATE TABLE attachment (
  nr INTEGER PRIMARY KEY,
  outbox BLOB NOT NULL,
  -- Without a reference: a customer who is taken whole anew keeps what waits.
  account INTEGER NOT NULL,
  made INTEGER NOT NULL,
  title TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  -- 'waits' for the server, 'stopped' by it, or 'here': fetched from it.
  state TEXT NOT NULL,
  why TEXT,
  UNIQUE (account, sha256)
) STRICT;
CREATE INDEX attachment_state ON attachment (state, nr);
CREATE TABLE attachment_bytes (
  attachment INTEGER PRIMARY KEY REFERENCES attachment,
  bytes BLOB NOT NULL
) STRICT;
CREATE TABLE call_permit (
  id BLOB PRIMARY KEY,
  customer INTEGER NOT NULL,
  until INTEGER NOT NULL,
  -- The command that spent it.
  spent INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX call_permit_customer ON call_permit (customer);
CREATE TABLE command_log (
  device_seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  -- The organisation's counter at which the server decided it; none while it is pending.
  decided INTEGER,
  -- Why it has no effect here while it is pending: what the last replay said.
  stuck TEXT
) STRICT;
CREATE INDEX command_log_pending ON command_log (device_seq) WHERE decided IS NULL;
CREATE TRIGGER contact_is_not_changed BEFORE UPDATE ON contact
BEGIN SELECT RAISE(ABORT, 'the contact log is append-only'); END;
CREATE TRIGGER contact_is_not_deleted BEFORE DELETE ON contact WHEN NOT EXISTS (SELECT 1 FROM sync_guard)
BEGIN SELECT RAISE(ABORT, 'the contact log is append-only'); END;
CREATE TRIGGER contact_is_not_replaced BEFORE INSERT ON contact
WHEN EXISTS (SELECT 1 FROM contact WHERE nr = NEW.nr OR id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the contact log is append-only'); END;
CREATE TABLE contact (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  at INTEGER NOT NULL,
  local_date INTEGER NOT NULL,
  actor TEXT NOT NULL,
  medium TEXT NOT NULL,
  direction TEXT NOT NULL,
  point TEXT NOT NULL,
  disposition TEXT,
  note TEXT NOT NULL,
  amount INTEGER,
  currency TEXT,
  corrects BLOB
) STRICT;
CREATE INDEX contact_account ON contact (account, at);
CREATE TABLE contact_point (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  customer INTEGER NOT NULL REFERENCES customer,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  label TEXT NOT NULL,
  source TEXT NOT NULL,
  bad INTEGER NOT NULL,
  opted_out INTEGER NOT NULL,
  consented INTEGER NOT NULL,
  by_person INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX contact_point_customer ON contact_point (customer, position);
CREATE UNIQUE INDEX contact_point_id ON contact_point (id);
CREATE TABLE customer (
  id INTEGER PRIMARY KEY,
  reference TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  lines TEXT NOT NULL,
  city TEXT NOT NULL,
  state TEXT NOT NULL,
  zip TEXT NOT NULL,
  country TEXT NOT NULL,
  zones TEXT NOT NULL,
  address_by_person INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE dispute (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  invoice INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  reason TEXT NOT NULL,
  opened INTEGER NOT NULL,
  written INTEGER NOT NULL,
  resolved INTEGER,
  outcome TEXT,
  by_person INTEGER NOT NULL
) STRICT;
CREATE INDEX dispute_account ON dispute (account);
CREATE TABLE document (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER REFERENCES account,
  run BLOB,
  outbox BLOB,
  made INTEGER NOT NULL,
  title TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL
) STRICT;
CREATE INDEX document_account ON document (account, made) WHERE account IS NOT NULL;
CREATE INDEX document_run ON document (run) WHERE run IS NOT NULL;
CREATE TABLE document_bytes (
  document INTEGER PRIMARY KEY REFERENCES document,
  bytes BLOB NOT NULL
) STRICT;
CREATE TABLE follow_up (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  due INTEGER NOT NULL,
  what TEXT NOT NULL,
  why TEXT NOT NULL,
  done INTEGER
, assignee TEXT) STRICT;
CREATE INDEX follow_up_open ON follow_up (account) WHERE done IS NULL;
CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON history WHEN NOT EXISTS (SELECT 1 FROM sync_guard)
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_is_not_deleted BEFORE DELETE ON history WHEN NOT EXISTS (SELECT 1 FROM sync_guard)
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_is_not_replaced BEFORE INSERT ON history
WHEN EXISTS (SELECT 1 FROM history WHERE nr = NEW.nr OR id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TABLE history (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  account INTEGER,
  kind TEXT NOT NULL,
  summary TEXT NOT NULL,
  detail TEXT NOT NULL,
  link BLOB NOT NULL
) STRICT;
CREATE INDEX history_account ON history (account, at) WHERE account IS NOT NULL;
CREATE INDEX history_at ON history (at);
CREATE TABLE history_head (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  count INTEGER NOT NULL,
  link BLOB NOT NULL
) STRICT;
CREATE TABLE hold (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  wide INTEGER NOT NULL,
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  placed INTEGER NOT NULL,
  until INTEGER,
  released INTEGER
) STRICT;
CREATE INDEX hold_account ON hold (account);
CREATE TABLE import_log (
  nr INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  source TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  counts TEXT NOT NULL
) STRICT;
CREATE INDEX import_log_hash ON import_log (file_hash);
CREATE TABLE import_source (
  name TEXT PRIMARY KEY,
  mapping TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE installment (
  arrangement INTEGER NOT NULL REFERENCES arrangement,
  position INTEGER NOT NULL,
  due INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  PRIMARY KEY (arrangement, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE invoice (
  nr INTEGER PRIMARY KEY,
  id INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  number TEXT NOT NULL,
  date INTEGER NOT NULL,
  due INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  applied INTEGER NOT NULL,
  settled INTEGER,
  disputed INTEGER NOT NULL,
  written_off INTEGER
) STRICT;
CREATE INDEX invoice_account ON invoice (account);
CREATE UNIQUE INDEX invoice_id ON invoice (id);
CREATE INDEX invoice_number ON invoice (
  ltrim(number, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0-_/#. ')
);
CREATE INDEX invoice_open ON invoice (account)
  WHERE settled IS NULL AND written_off IS NULL AND applied < amount;
CREATE TABLE letter_run (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  channel TEXT NOT NULL,
  title TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  made INTEGER NOT NULL,
  actor TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE TABLE letter_run_member (
  run INTEGER NOT NULL REFERENCES letter_run,
  position INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  outbox BLOB,
  serial INTEGER,
  body TEXT NOT NULL,
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX letter_run_member_account ON letter_run_member (account);
CREATE UNIQUE INDEX letter_run_member_serial ON letter_run_member (serial) WHERE serial IS NOT NULL;
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE migration (
  number INTEGER PRIMARY KEY,
  checksum BLOB NOT NULL
) STRICT;
CREATE VIRTUAL TABLE note_search USING fts5(
  note, content='', prefix='1 2 3', tokenize='unicode61 remove_diacritics 2'
);
CREATE TABLE outbox (
  nr INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES account,
  channel TEXT NOT NULL,
  template TEXT NOT NULL,
  run BLOB,
  arrangement BLOB,
  recipient TEXT,
  decided INTEGER NOT NULL,
  actor TEXT NOT NULL,
  -- Read and written with their intent only.
  steps TEXT NOT NULL,
  word TEXT NOT NULL,
  state TEXT NOT NULL,
  -- When it came to that state, where the state says so; pending ones sort last.
  moment INTEGER
) STRICT;
CREATE INDEX outbox_account ON outbox (account);
CREATE INDEX outbox_run ON outbox (run) WHERE run IS NOT NULL;
CREATE INDEX outbox_word ON outbox (word);
CREATE TABLE payment (
  nr INTEGER PRIMARY KEY,
  id INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  reference TEXT NOT NULL,
  kind TEXT NOT NULL,
  posted INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  method TEXT NOT NULL,
  reversed INTEGER,
  -- 16 bytes each: invoice id, minor units, both big-endian.
  allocations BLOB NOT NULL,
  unapplied INTEGER NOT NULL,
  by_person INTEGER NOT NULL,
  reversed_by_person INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX payment_account ON payment (account);
CREATE UNIQUE INDEX payment_id ON payment (id);
CREATE INDEX payment_recorded ON payment (account) WHERE by_person;
CREATE INDEX payment_unapplied ON payment (account) WHERE unapplied <> 0;
CREATE TABLE policy (
  version INTEGER PRIMARY KEY,
  effective_from INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE refused (
  device_seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  account INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  verdict TEXT NOT NULL,
  -- When a person settled it, and how: retried or discarded.
  settled INTEGER,
  how TEXT
) STRICT;
CREATE INDEX refused_open ON refused (device_seq) WHERE settled IS NULL;
CREATE TABLE saved_view (
  screen TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (screen, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE service (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  product TEXT NOT NULL,
  identifier TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX service_account ON service (account, id);
CREATE INDEX service_suspended ON service (account) WHERE state = 'suspended';
CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE shadow (
  of TEXT NOT NULL,
  nr INTEGER NOT NULL,
  -- The columns a command may change, as JSON; none when the row was not there.
  image TEXT,
  PRIMARY KEY (of, nr)
) STRICT, WITHOUT ROWID;
CREATE TABLE snapshot_part (nr INTEGER PRIMARY KEY) STRICT;
CREATE TABLE step_taken (
  nr INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  invoice INTEGER,
  level TEXT NOT NULL,
  run_on INTEGER NOT NULL,
  anchor INTEGER,
  plan TEXT NOT NULL,
  fee INTEGER,
  fee_currency TEXT
) STRICT;
CREATE INDEX step_taken_account ON step_taken (account);
CREATE TABLE sync_guard (only INTEGER PRIMARY KEY CHECK (only = 1)) STRICT;
CREATE TABLE sync_state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  -- None while no server is known.
  device BLOB,
  -- The last number given to a command, whether its row is still in the log or not.
  given INTEGER NOT NULL,
  -- The last command whose effects, or refusal, the server's rows hold.
  decided INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  scope_version INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  -- The history as it was before the first pending command; none when nothing is pending.
  history_count INTEGER,
  history_link BLOB,
  -- While a first snapshot is being taken in: what it consists of.
  manifest TEXT
) STRICT;
CREATE TABLE template (
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (key, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE worklist (
  nr INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  kind TEXT NOT NULL,
  urgency INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  due INTEGER,
  amount INTEGER,
  currency TEXT,
  text TEXT NOT NULL,
  callable INTEGER NOT NULL,
  callable_until INTEGER,
  body TEXT NOT NULL
, assignee TEXT) STRICT;
CREATE INDEX worklist_account ON worklist (account);
CREATE INDEX worklist_order ON worklist (urgency, rank, account);
