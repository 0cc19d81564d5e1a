DROP TABLE naming;
