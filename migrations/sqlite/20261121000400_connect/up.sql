-- Connecting real ad accounts: tokens that wait for a choice, what is known of each token, who may write, how accounts are.

-- A token that was pasted and whose ad accounts are not chosen yet. It never travels back to the browser.
CREATE TABLE pending_connections (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    -- The connection whose token it renews or whose choice it widens; NULL for a new one.
    connection_id BIGINT,
    base_url TEXT NOT NULL,
    token_sealed BLOB NOT NULL,
    app_secret_sealed BLOB,
    -- What the token is and reaches, JSON.
    survey TEXT NOT NULL,
    made_by BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id)
);

-- What Meta says of a connection's token.
CREATE TABLE connection_tokens (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    connection_id BIGINT NOT NULL,
    -- What it is, JSON: type, app, user, permissions, when it ends.
    facts TEXT NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, connection_id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES connections (workspace_id, id)
);

-- A row lets Tandem write to an ad account; without one it only reads.
CREATE TABLE write_permits (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    ad_account_id BIGINT NOT NULL,
    granted_by BIGINT NOT NULL,
    granted_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id),
    FOREIGN KEY (workspace_id, ad_account_id) REFERENCES ad_accounts (workspace_id, id)
);

-- How Meta says an ad account is; NULL is what Meta did not say.
CREATE TABLE account_health (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    ad_account_id BIGINT NOT NULL,
    account_status BIGINT,
    disable_reason BIGINT,
    -- 'none', 'empty', 'there' or 'unknown', and Meta's words for it.
    funding TEXT NOT NULL,
    funding_words TEXT NOT NULL,
    -- What is owed, minor units.
    balance_minor BIGINT,
    checked_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id),
    FOREIGN KEY (workspace_id, ad_account_id) REFERENCES ad_accounts (workspace_id, id)
);

-- In a sandbox nothing is real, so what is linked there may be written from the start, as before.
INSERT INTO write_permits (workspace_id, ad_account_id, granted_by, granted_at)
SELECT a.workspace_id, a.id, 0, a.created_at
FROM ad_accounts a
JOIN connections c ON c.workspace_id = a.workspace_id AND c.id = a.connection_id
WHERE c.kind = 'sandbox';
