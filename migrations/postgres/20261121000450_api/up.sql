-- Idempotency keys of the admin HTTP endpoints: which request a key stood for, whether it wrote, and what was answered.
CREATE TABLE idempotency_keys (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    token_id BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL,
    -- SHA-256 of method, path, query and body: the same key never stands for two requests.
    fingerprint TEXT NOT NULL,
    -- The one run of the request that may write and answer.
    attempt BIGINT NOT NULL,
    lease_until TIMESTAMP NOT NULL,
    -- Set in the transaction of the write itself.
    written_at TIMESTAMP,
    wrote TEXT,
    -- The answer, sealed: it may hold a new token.
    answer BYTEA,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, token_id, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- People who may not sign in. Looked up before a workspace is known, as users are.
CREATE TABLE disabled_users (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES users (id),
    disabled_at TIMESTAMP NOT NULL
);
