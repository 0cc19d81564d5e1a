DROP TABLE saved_audience_versions;
DROP TABLE saved_audiences;
