DROP TABLE envelope_members;
DROP TABLE envelopes;
