PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE device_pairing_pending (
  request_id TEXT NOT NULL PRIMARY KEY,
  device_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  display_name TEXT,
  platform TEXT,
  device_family TEXT,
  client_id TEXT,
  client_mode TEXT,
  browser_origin TEXT,
  role TEXT,
  roles_json TEXT,
  scopes_json TEXT,
  remote_ip TEXT,
  silent INTEGER,
  is_repair INTEGER,
  ts INTEGER NOT NULL,
  refreshed_at_ms INTEGER
) STRICT;
INSERT INTO device_pairing_pending VALUES('f3a0cff9-a98c-4b29-9099-aae35f0528da','f6cdab3990b8c89aa8afee17d861a2879a4eac43bf2a0db55af2d9b6eeda73a2','5v9DS3KBj6VHggqyjDPBu0ulscU75JADqgF83hSL0tI',NULL,'linux',NULL,'cli','cli',NULL,'operator','["operator"]','["operator.read"]','203.0.113.9',0,0,1795301217194,NULL);
CREATE TABLE device_pairing_paired (
  device_id TEXT NOT NULL PRIMARY KEY,
  public_key TEXT NOT NULL,
  display_name TEXT,
  operator_label TEXT,
  platform TEXT,
  device_family TEXT,
  client_id TEXT,
  client_mode TEXT,
  browser_origin TEXT,
  role TEXT,
  roles_json TEXT,
  scopes_json TEXT,
  approved_scopes_json TEXT,
  remote_ip TEXT,
  tokens_json TEXT,
  approved_via TEXT,
  node_surface_json TEXT,
  pending_node_surface_json TEXT,
  created_at_ms INTEGER NOT NULL,
  approved_at_ms INTEGER NOT NULL,
  last_seen_at_ms INTEGER,
  last_seen_reason TEXT
) STRICT;
INSERT INTO device_pairing_paired VALUES('4ad9f4819620e76c0e11ef471d738e1df6826ecd278772256f0ee2b99fbfcadf','6sgZWWfunjMchBZK5D2a8GrwZIfvHqMF0JgZYkkui1U',NULL,NULL,'linux','Linux','node-host','node',NULL,'node','["node"]','[]','[]',NULL,'{}','silent',NULL,'{"requestId":"d2a412b8-7c22-4da9-ab9d-d2122d672427","revision":"d07cf9ab-93e1-4606-81be-2cf535f49446","platform":"linux","version":"0.0.1-lab","deviceFamily":"Linux","caps":[],"commands":[],"silent":true,"ts":1795300884607}',1795300884589,1795300884589,1795300884574,'connect');
INSERT INTO device_pairing_paired VALUES('d73cb203101bacc884f4ed9dafcad36125ff080770d590cd1343597ad0129a6f','wLjVThT6-2Ye3ezqzmAaB1tOhtVk7EccmVfQcpDXG9I',NULL,NULL,'linux',NULL,'cli','cli',NULL,'operator','["operator"]','["operator.read"]','["operator.read"]',NULL,'{}','silent',NULL,NULL,1795300899698,1795300899698,1795300899691,'connect');
CREATE TABLE channel_pairing_requests (
  channel_key TEXT NOT NULL,
  account_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  code TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  meta_json TEXT,
  PRIMARY KEY (channel_key, account_id, request_id)
) STRICT;
INSERT INTO channel_pairing_requests VALUES('telegram','default','111','EZB8Q5EK','2026-11-21T22:44:13.570Z','2026-11-21T22:46:01.690Z','{"username":"user111","firstName":"Mallory","accountId":"default"}');
INSERT INTO channel_pairing_requests VALUES('telegram','default','222','8WSU4SFR','2026-11-21T22:44:19.586Z','2026-11-21T22:44:19.586Z','{"username":"user222","firstName":"Mallory","accountId":"default"}');
INSERT INTO channel_pairing_requests VALUES('telegram','default','444','8K34FZRR','2026-11-21T22:46:03.704Z','2026-11-21T22:46:03.704Z','{"username":"user444","firstName":"Mallory","accountId":"default"}');
CREATE TABLE channel_pairing_allow_entries (
  channel_key TEXT NOT NULL,
  account_id TEXT NOT NULL,
  entry TEXT NOT NULL,
  sort_order INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (channel_key, account_id, entry)
) STRICT;
COMMIT;
