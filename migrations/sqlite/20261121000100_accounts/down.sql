DROP TABLE pixels;
DROP TABLE pages;
DROP TABLE ad_accounts;
DROP TABLE connections;
