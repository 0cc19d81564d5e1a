DROP TABLE account_checks;
DROP TABLE sync_pages;
DROP TABLE sync_runs;
DROP TABLE kept_objects;
