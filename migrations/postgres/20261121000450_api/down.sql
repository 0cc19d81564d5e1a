DROP TABLE disabled_users;
DROP TABLE idempotency_keys;
