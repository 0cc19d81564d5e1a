DROP TABLE drifts;
DROP TABLE settled_objects;
