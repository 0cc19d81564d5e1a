-- People, workspaces, sessions, tokens, the audit chain and the outbox.
-- Looked up before a workspace is known, so outside it: users, sessions, memberships, api_tokens, workspaces, setup_links, jobs, platform_clocks.

CREATE TABLE users (
    id BIGINT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE workspaces (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('sandbox', 'real')),
    created_at TIMESTAMP NOT NULL,
    -- Set by the emergency stop: queued work that writes to Meta waits until it is cleared.
    frozen_at TIMESTAMP
);

CREATE TABLE memberships (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'analyst')),
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    workspace_id BIGINT REFERENCES workspaces (id),
    csrf TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE setup_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);

CREATE TABLE api_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    id BIGINT NOT NULL UNIQUE,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'analyst')),
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP
);

CREATE TABLE audit_events (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    seq BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    -- The full state after the change, canonical JSON.
    state TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (workspace_id, seq)
);
CREATE INDEX audit_events_by_subject ON audit_events (workspace_id, subject_kind, subject_id, seq);

CREATE TABLE jobs (
    id BIGINT NOT NULL PRIMARY KEY,
    workspace_id BIGINT REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    -- At most one unfinished job has a given key.
    dedupe TEXT,
    payload TEXT NOT NULL,
    -- Lower runs first: stops 0, edits 10, creates 20, reads 30.
    priority INTEGER NOT NULL,
    run_at TIMESTAMP NOT NULL,
    lease_until TIMESTAMP,
    attempts INTEGER NOT NULL,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    outcome TEXT CHECK (outcome IN ('done', 'failed'))
);
CREATE UNIQUE INDEX jobs_dedupe ON jobs (dedupe) WHERE finished_at IS NULL;
CREATE INDEX jobs_due ON jobs (finished_at, priority, run_at);

CREATE TABLE platform_clocks (
    base_url TEXT NOT NULL PRIMARY KEY,
    platform_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL
);
