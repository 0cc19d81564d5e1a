-- A campaign's own page and the campaign filter read one campaign's days: without these they would read every campaign's.
CREATE INDEX rollups_by_campaign ON rollups (workspace_id, grain, campaign_id, since_on);
CREATE INDEX action_rollups_by_campaign ON action_rollups (workspace_id, grain, campaign_id, since_on);
