-- Spending limits, how each stood when the guard last looked, and what the guard paused.

CREATE TABLE limits (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    -- 'campaign', 'account' or 'workspace'; the one id that goes with it.
    covers TEXT NOT NULL CHECK (covers IN ('campaign', 'account', 'workspace')),
    campaign_id BIGINT,
    ad_account_id BIGINT,
    span TEXT NOT NULL CHECK (span IN ('month', 'flight', 'day')),
    since_on DATE,
    until_on DATE,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    -- Where Meta's own limit of the campaign shall hold it too: that limit, and the first day it was worked out for.
    cap_minor BIGINT,
    cap_since_on DATE,
    created_by BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    removed_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id),
    CHECK ((covers = 'campaign') = (campaign_id IS NOT NULL)),
    CHECK ((covers = 'account') = (ad_account_id IS NOT NULL)),
    CHECK ((span = 'flight') = (since_on IS NOT NULL AND until_on IS NOT NULL))
);
CREATE INDEX limits_campaign ON limits (workspace_id, campaign_id);

CREATE TABLE limit_checks (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    limit_id BIGINT NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    -- Platform time between its last two looks.
    every_seconds BIGINT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('fine', 'warn', 'pause')),
    -- In a sentence, with what Meta said where it did not take a pause.
    sentence TEXT NOT NULL,
    PRIMARY KEY (workspace_id, limit_id)
);

CREATE TABLE limit_holds (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    limit_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    remote_id TEXT NOT NULL,
    name TEXT NOT NULL,
    paused_at TIMESTAMP NOT NULL,
    reason TEXT NOT NULL,
    -- When it was seen switched on again.
    ended_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX limit_holds_open ON limit_holds (workspace_id, ad_account_id, remote_id) WHERE ended_at IS NULL;
