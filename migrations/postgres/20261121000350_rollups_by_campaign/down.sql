DROP INDEX action_rollups_by_campaign;
DROP INDEX rollups_by_campaign;
