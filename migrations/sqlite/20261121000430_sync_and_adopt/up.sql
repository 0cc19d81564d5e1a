-- Adopted campaigns, where a sync stands, and what the ad account says of its own days.

-- What a campaign made elsewhere should be, object by object: taken over as Meta had it, changed here since.
-- The row of its campaign in `campaigns` has neither a form nor a definition.
CREATE TABLE kept_objects (
    workspace_id BIGINT NOT NULL,
    -- The id of the observed object.
    id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'ad_set', 'ad')),
    parent_id BIGINT,
    position INTEGER NOT NULL,
    -- Canonical texts of its fields and what is sent back whole, JSON.
    definition TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
);
CREATE INDEX kept_objects_by_campaign ON kept_objects (workspace_id, campaign_id, position);

-- A sync that is under way: it goes on here after a wait, a failure or a restart.
CREATE TABLE sync_runs (
    workspace_id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    -- Real time; what Meta does not list from then on is gone.
    began_at TIMESTAMP NOT NULL,
    -- Platform time: what it finds is known up to then.
    platform_at TIMESTAMP NOT NULL,
    since_on DATE NOT NULL,
    until_on DATE NOT NULL,
    -- What is done, JSON.
    place TEXT NOT NULL,
    calls BIGINT NOT NULL,
    waits BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id),
    FOREIGN KEY (workspace_id, ad_account_id) REFERENCES ad_accounts (workspace_id, id)
);

-- Pages of figures that a sync under way has read and not stored yet.
CREATE TABLE sync_pages (
    workspace_id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    -- Rows, JSON.
    page TEXT NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id, position),
    FOREIGN KEY (workspace_id, ad_account_id) REFERENCES ad_accounts (workspace_id, id)
);

-- The account's own total of a day beside the sum of its parts, at each sync.
CREATE TABLE account_checks (
    workspace_id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    on_day DATE NOT NULL,
    -- NULL where the account says nothing of the day.
    theirs_micros BIGINT,
    -- NULL where no part is known.
    ours_micros BIGINT,
    -- How many rows ours is the sum of: each was rounded by Meta.
    parts BIGINT NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id, on_day),
    FOREIGN KEY (workspace_id, ad_account_id) REFERENCES ad_accounts (workspace_id, id)
);
