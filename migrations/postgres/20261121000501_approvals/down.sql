DROP TABLE token_makers;
DROP TABLE raises;
DROP TABLE approvals;
