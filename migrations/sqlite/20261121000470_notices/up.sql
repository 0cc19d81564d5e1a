-- What a person has to hear of, how each wants to hear, and what was sent.

CREATE TABLE notices (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- What it is about, exactly: the same condition is said once while it lasts.
    condition_key TEXT NOT NULL,
    title TEXT NOT NULL,
    sentence TEXT NOT NULL,
    way_out TEXT NOT NULL,
    -- The page that shows more, from the root.
    path TEXT NOT NULL,
    raised_at TIMESTAMP NOT NULL,
    resolved_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX notices_open ON notices (workspace_id, condition_key) WHERE resolved_at IS NULL;

-- How a member wants to hear; without a row the default for the role and the kind of workspace holds.
CREATE TABLE notice_readers (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    manner TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);

CREATE TABLE webhooks (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('signed', 'slack')),
    -- A Slack address is a secret by itself; only the host is shown.
    host TEXT NOT NULL,
    url_sealed BLOB NOT NULL,
    secret_sealed BLOB NOT NULL,
    manner TEXT NOT NULL,
    problem TEXT,
    created_at TIMESTAMP NOT NULL,
    removed_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE notice_messages (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    notice_id BIGINT NOT NULL,
    -- 'person:<user id>' or 'webhook:<id>'.
    target TEXT NOT NULL,
    due_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
    sent_at TIMESTAMP,
    problem TEXT,
    PRIMARY KEY (workspace_id, notice_id, target),
    FOREIGN KEY (workspace_id, notice_id) REFERENCES notices (workspace_id, id)
);
CREATE INDEX notice_messages_due ON notice_messages (state, due_at);
