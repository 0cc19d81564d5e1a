-- Month envelopes: a sum a month over several campaigns, in one currency and one time zone.

CREATE TABLE envelopes (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    -- The ad accounts' zone: months begin and end there.
    zone TEXT NOT NULL,
    -- Minor units a month.
    amount_minor BIGINT NOT NULL,
    -- How far spend may be off an even pace and still count as on pace, in basis points of what it should be.
    tolerance_bp INTEGER NOT NULL,
    revision BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    archived_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE envelope_members (
    workspace_id BIGINT NOT NULL,
    envelope_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    -- The first day whose spend counts.
    since_on DATE NOT NULL,
    -- The last one; null while it belongs.
    until_on DATE,
    PRIMARY KEY (workspace_id, envelope_id, campaign_id, since_on),
    FOREIGN KEY (workspace_id, envelope_id) REFERENCES envelopes (workspace_id, id)
);
