-- Who changed what, by Meta's own activity log of each ad account.
CREATE TABLE activities (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    ad_account_id BIGINT NOT NULL,
    -- SHA-256 of what Meta says: its rows have no id.
    fingerprint TEXT NOT NULL,
    -- The observed object's id.
    object_id BIGINT NOT NULL,
    -- Meta's word, as 'update_ad_set_budget'.
    event TEXT NOT NULL,
    actor TEXT NOT NULL,
    -- What Meta adds, JSON; empty for nothing.
    extra TEXT NOT NULL,
    -- Platform time.
    done_at TIMESTAMP NOT NULL,
    -- Tells activities of one second apart: later ones are larger.
    position BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id, fingerprint)
);
CREATE INDEX activities_by_object ON activities (workspace_id, object_id, done_at);

-- How far the log of an ad account was read.
CREATE TABLE activity_reads (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    ad_account_id BIGINT NOT NULL,
    -- Platform time.
    until_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id)
);
