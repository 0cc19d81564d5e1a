-- Simulations of two arms: a campaign with learned amounts beside a copy of it that has the shared shape.

CREATE TABLE split_tests (
    workspace_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    -- The arm whose amounts are learned.
    campaign_id BIGINT NOT NULL,
    -- The arm that is shared: its copy.
    copy_id BIGINT NOT NULL,
    -- How many days it is to last.
    days BIGINT NOT NULL,
    -- Real time.
    started_at TIMESTAMP NOT NULL,
    -- The first day that counts, in the ad account's zone: the first whole one on which both arms run as planned.
    began_on DATE,
    -- The last day that counts.
    until_on DATE,
    -- Which arm a person kept; none while nobody ended it.
    kept TEXT CHECK (kept IN ('learned', 'shared')),
    -- The plan that puts the other arm away.
    ending_plan_id BIGINT,
    -- Real time.
    ended_at TIMESTAMP,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id),
    FOREIGN KEY (workspace_id, copy_id) REFERENCES campaigns (workspace_id, id)
);

-- A campaign is in one test at a time.
CREATE UNIQUE INDEX split_tests_open ON split_tests (workspace_id, campaign_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX split_tests_copy ON split_tests (workspace_id, copy_id);
