-- What a workspace's new campaigns start their names and links with. No row: the usual templates.

CREATE TABLE naming (
    workspace_id BIGINT NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    name_campaign TEXT NOT NULL,
    name_ad_set TEXT NOT NULL,
    name_ad TEXT NOT NULL,
    source_facebook TEXT NOT NULL,
    source_instagram TEXT NOT NULL,
    utm_medium TEXT NOT NULL,
    utm_campaign TEXT NOT NULL,
    utm_content TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
