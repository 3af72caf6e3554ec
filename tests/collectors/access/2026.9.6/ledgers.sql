-- The ledgers of OpenClaw 2026.9.6: the columns that are read, with its own types and keys.
CREATE TABLE operator_approvals (
  approval_id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL,
  terminal_reason TEXT, resolved_at_ms INTEGER) STRICT;
CREATE TABLE audit_events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE,
  occurred_at INTEGER NOT NULL, kind TEXT NOT NULL, error_code TEXT) STRICT;
CREATE TABLE diagnostic_events (
  scope TEXT NOT NULL, event_key TEXT NOT NULL, payload_json TEXT NOT NULL,
  created_at INTEGER NOT NULL, sequence INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (scope, event_key)) STRICT;
CREATE TABLE gateway_boot_lifecycle (
  boot_id TEXT NOT NULL PRIMARY KEY, pid INTEGER NOT NULL, started_at_ms INTEGER NOT NULL,
  completed_at_ms INTEGER, outcome TEXT, startup_reason TEXT, reason TEXT) STRICT;
