-- Desired state, observed state, plans (their difference), the ledger and the emergency stop.
-- An observed object that was made here has the id of the desired one.

CREATE TABLE pictures (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    content_hash TEXT NOT NULL,
    file_name TEXT NOT NULL,
    mime TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, content_hash)
);

CREATE TABLE campaigns (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- What the person wants it to be at Meta; 'draft' is not there yet.
    wanted TEXT NOT NULL CHECK (wanted IN ('draft', 'active', 'paused', 'archived')),
    -- The form as typed, JSON: a draft saves even where it is not valid yet.
    form TEXT NOT NULL,
    -- The valid campaign, canonical JSON; NULL while the draft has problems.
    definition TEXT,
    revision BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    published_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, ad_account_id) REFERENCES ad_accounts (workspace_id, id)
);

CREATE TABLE ad_sets (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    -- Which share it is: 'shared', 'facebook', 'instagram', ...
    share TEXT NOT NULL,
    name TEXT NOT NULL,
    budget_minor BIGINT,
    definition TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, campaign_id, share),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
);

CREATE TABLE ads (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    ad_set_id BIGINT NOT NULL,
    -- The creative has an id of its own: it is an object of its own at Meta.
    creative_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    picture_id BIGINT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, ad_set_id, position),
    FOREIGN KEY (workspace_id, ad_set_id) REFERENCES ad_sets (workspace_id, id),
    FOREIGN KEY (workspace_id, picture_id) REFERENCES pictures (workspace_id, id)
);

CREATE TABLE observed_objects (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'ad_set', 'ad', 'creative', 'image')),
    -- Meta's id; for a file-only account the name path of the object.
    remote_id TEXT NOT NULL,
    parent_id BIGINT,
    campaign_id BIGINT,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    effective_status TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('here', 'elsewhere', 'file')),
    -- What Meta last said, canonical JSON.
    fields TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    gone_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, ad_account_id, kind, remote_id),
    FOREIGN KEY (workspace_id, ad_account_id) REFERENCES ad_accounts (workspace_id, id)
);
CREATE INDEX observed_objects_by_campaign ON observed_objects (workspace_id, campaign_id, kind);

CREATE TABLE plans (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    -- NULL for a plan over several campaigns (resume after a stop).
    campaign_id BIGINT,
    kind TEXT NOT NULL,
    hash TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'stale', 'approved', 'applying', 'applied', 'failed')),
    body TEXT NOT NULL,
    made_by BIGINT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    approved_by BIGINT,
    approved_at TIMESTAMP,
    finished_at TIMESTAMP,
    problem TEXT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX plans_by_campaign ON plans (workspace_id, campaign_id, id);

CREATE TABLE plan_steps (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    plan_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    -- The step itself, JSON.
    step TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'done', 'failed')),
    attempts INTEGER NOT NULL,
    remote_id TEXT,
    problem TEXT,
    started_at TIMESTAMP,
    done_at TIMESTAMP,
    PRIMARY KEY (workspace_id, plan_id, position),
    FOREIGN KEY (workspace_id, plan_id) REFERENCES plans (workspace_id, id)
);

CREATE TABLE stops (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('here', 'account')),
    made_by BIGINT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    -- What was on: JSON list of campaigns with Meta's ids, and what is confirmed paused.
    remembered TEXT NOT NULL,
    resumed_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE ledger_entries (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    ad_set_id BIGINT,
    at TIMESTAMP NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('committed', 'released', 'spent', 'restated')),
    -- Budgets in minor units a day or in all; spend in micros. Exactly one of the two is set.
    minor BIGINT,
    micros BIGINT,
    on_day DATE,
    reason TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX ledger_entries_by_campaign ON ledger_entries (workspace_id, campaign_id, id);
