DROP TABLE account_health;
DROP TABLE write_permits;
DROP TABLE connection_tokens;
DROP TABLE pending_connections;
