DROP TABLE split_tests;
