-- Connections to Meta (or the sandbox) and what is linked through them.

CREATE TABLE connections (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('sandbox', 'real')),
    name TEXT NOT NULL,
    -- Fixed when the connection is made: no request of it ever goes elsewhere.
    base_url TEXT NOT NULL,
    token_sealed BLOB NOT NULL,
    app_secret_sealed BLOB,
    status TEXT NOT NULL,
    problem TEXT,
    created_at TIMESTAMP NOT NULL,
    checked_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
);

CREATE TABLE ad_accounts (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    -- NULL for a file-only account, which imports feed.
    connection_id BIGINT,
    -- "act_<digits>" at Meta.
    remote_id TEXT,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    zone TEXT NOT NULL,
    account_status TEXT NOT NULL,
    min_daily_minor BIGINT,
    spend_cap_minor BIGINT,
    amount_spent_minor BIGINT,
    payor TEXT NOT NULL,
    beneficiary TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    -- Real time of the last completed sync, and the days synced facts cover.
    synced_at TIMESTAMP,
    synced_since_on DATE,
    synced_until_on DATE,
    -- Platform time up to which the last sync knows.
    known_until_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id)
);

CREATE TABLE pages (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    connection_id BIGINT NOT NULL,
    remote_id TEXT NOT NULL,
    name TEXT NOT NULL,
    instagram_remote_id TEXT,
    instagram_username TEXT,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, connection_id, remote_id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id)
);

CREATE TABLE pixels (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    remote_id TEXT NOT NULL,
    name TEXT NOT NULL,
    last_fired_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, ad_account_id, remote_id),
    FOREIGN KEY (workspace_id, ad_account_id) REFERENCES ad_accounts (workspace_id, id)
);
