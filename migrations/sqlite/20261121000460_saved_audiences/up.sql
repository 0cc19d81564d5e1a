-- Audiences that a workspace keeps for its campaigns, each with every version it had.

CREATE TABLE saved_audiences (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- The newest version; versions count from 1.
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    archived_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE saved_audience_versions (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    audience_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- The audience, canonical JSON.
    definition TEXT NOT NULL,
    made_by BIGINT,
    -- The name at that time.
    made_by_name TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, audience_id, version),
    FOREIGN KEY (workspace_id, audience_id) REFERENCES saved_audiences (workspace_id, id)
);
