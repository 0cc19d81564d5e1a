DROP TABLE activity_reads;
DROP TABLE activities;
