BEGIN TRANSACTION;
CREATE TABLE exec_approvals_config (
  config_key TEXT NOT NULL PRIMARY KEY,
  raw_json TEXT NOT NULL,
  socket_path TEXT,
  has_socket_token INTEGER NOT NULL,
  default_security TEXT,
  default_ask TEXT,
  default_ask_fallback TEXT,
  auto_allow_skills INTEGER,
  agent_count INTEGER NOT NULL,
  allowlist_count INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO exec_approvals_config VALUES('current',replace('{\n  "version": 1,\n  "socket": {\n    "path": "/home/claw/.openclaw/exec-approvals.sock",\n    "token": "made-up-token-0123456789abcdefgh"\n  },\n  "defaults": {\n    "security": "allowlist",\n    "ask": "on-miss"\n  },\n  "agents": {\n    "*": {\n      "ask": "always"\n    },\n    "free": {\n      "security": "full",\n      "ask": "off"\n    },\n    "quiet": {\n      "ask": "off"\n    }\n  }\n}\n','\n',char(10)),'/home/claw/.openclaw/exec-approvals.sock',1,'allowlist','on-miss',NULL,NULL,3,0,1795336399848);
COMMIT;
