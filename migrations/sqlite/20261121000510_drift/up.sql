-- What was changed outside: how each object was left, what is not so any more, and what Meta's activity log says of it.

-- What Meta said of an object when Tandem last wrote it, field by field.
CREATE TABLE settled_objects (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    -- The id of the observed object.
    id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'ad_set', 'ad', 'creative', 'image')),
    -- Canonical texts of its fields, JSON.
    fields TEXT NOT NULL,
    settled_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX settled_objects_by_campaign ON settled_objects (workspace_id, campaign_id);

-- What is not as Tandem left it, a row a field; a row goes when it is set back or adopted.
CREATE TABLE drifts (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    object_id BIGINT NOT NULL,
    -- As 'budget', 'enhancement.image_touchups', 'gone', 'added'.
    part TEXT NOT NULL,
    campaign_id BIGINT NOT NULL,
    -- What Meta says, canonical: another value is another drift.
    now TEXT NOT NULL,
    -- Real time of the first look that found it.
    seen_at TIMESTAMP NOT NULL,
    -- Platform time of that look, and of the last one before it.
    platform_at TIMESTAMP NOT NULL,
    before_at TIMESTAMP,
    PRIMARY KEY (workspace_id, object_id, part)
);
CREATE INDEX drifts_by_campaign ON drifts (workspace_id, campaign_id);
