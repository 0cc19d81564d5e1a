DROP TABLE plan_campaigns;
DROP TABLE saved_filters;
DROP TABLE campaign_labels;
DROP TABLE labels;
