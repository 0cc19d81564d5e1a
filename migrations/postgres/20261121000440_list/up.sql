-- The list of campaigns: labels, filters that people keep, and which campaigns a plan over several is about.

CREATE TABLE labels (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- In small letters: two that differ by case alone are one label.
    folded TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, folded)
);

-- A campaign made elsewhere can carry a label too, so it is known by its observed id.
CREATE TABLE campaign_labels (
    workspace_id BIGINT NOT NULL,
    label_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, label_id, campaign_id),
    FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id)
);
CREATE INDEX campaign_labels_by_campaign ON campaign_labels (workspace_id, campaign_id);

CREATE TABLE saved_filters (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    -- The link's query string.
    query TEXT NOT NULL,
    -- 1 for the one that the list opens with; at most one a person.
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, user_id, name)
);

CREATE TABLE plan_campaigns (
    workspace_id BIGINT NOT NULL,
    plan_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, plan_id, campaign_id),
    FOREIGN KEY (workspace_id, plan_id) REFERENCES plans (workspace_id, id)
);
CREATE INDEX plan_campaigns_by_campaign ON plan_campaigns (workspace_id, campaign_id, plan_id);
