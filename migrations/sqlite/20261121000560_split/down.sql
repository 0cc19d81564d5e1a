DROP TABLE split_decisions;
DROP TABLE split_settings;
