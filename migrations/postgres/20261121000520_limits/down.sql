DROP TABLE limit_holds;
DROP TABLE limit_checks;
DROP TABLE limits;
