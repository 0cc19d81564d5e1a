DROP TABLE raise_limits;
DROP TABLE plan_settings;
