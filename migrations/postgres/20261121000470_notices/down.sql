DROP TABLE notice_messages;
DROP TABLE webhooks;
DROP TABLE notice_readers;
DROP TABLE notices;
