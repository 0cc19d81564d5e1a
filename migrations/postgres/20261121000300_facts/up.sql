-- What was reported, at the grain it was reported at, its history, and the roll-ups that pages read.
-- Missing figures are NULL, never 0. Non-additive figures stand in reach_facts at the grain they were fetched at.

CREATE TABLE imports (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    -- Only 'visible' rows count; 'writing' ones are removed at start-up.
    state TEXT NOT NULL CHECK (state IN ('writing', 'visible', 'removed')),
    currency TEXT NOT NULL,
    since_on DATE,
    until_on DATE,
    records BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    -- How the columns were understood, and the summary row's check: JSON.
    understanding TEXT NOT NULL,
    created_by BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, ad_account_id) REFERENCES ad_accounts (workspace_id, id)
);
CREATE UNIQUE INDEX imports_content ON imports (workspace_id, ad_account_id, content_hash) WHERE state = 'visible';

CREATE TABLE import_rejects (
    workspace_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (workspace_id, import_id, line, column_name),
    FOREIGN KEY (workspace_id, import_id) REFERENCES imports (workspace_id, id)
);

CREATE TABLE facts (
    workspace_id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    -- 0 = synced from Meta; else the import's id.
    source_id BIGINT NOT NULL,
    -- Which breakdown the rows were fetched by: 'placement', 'age_gender', 'file', ...
    breakdown TEXT NOT NULL,
    since_on DATE NOT NULL,
    until_on DATE NOT NULL,
    -- The lowest object known: an ad, else an ad set or a campaign.
    object_id BIGINT NOT NULL,
    network TEXT NOT NULL,
    position TEXT NOT NULL,
    -- Other breakdown values, '' where there are none.
    segment TEXT NOT NULL,
    -- The record's number in its file; 0 for synced rows.
    record_no BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    ad_set_id BIGINT,
    spend_micros BIGINT,
    impressions BIGINT,
    clicks BIGINT,
    link_clicks BIGINT,
    -- People reached by this very row; never summed.
    reach BIGINT,
    known_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id, source_id, breakdown, since_on, until_on, object_id, network, position, segment, record_no)
);
CREATE INDEX facts_by_campaign ON facts (workspace_id, campaign_id, since_on);

-- Attribution window and result kind are in the key of action rows only: spend is stored once.
CREATE TABLE action_facts (
    workspace_id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    breakdown TEXT NOT NULL,
    since_on DATE NOT NULL,
    until_on DATE NOT NULL,
    object_id BIGINT NOT NULL,
    network TEXT NOT NULL,
    position TEXT NOT NULL,
    segment TEXT NOT NULL,
    record_no BIGINT NOT NULL,
    result_kind TEXT NOT NULL,
    attribution TEXT NOT NULL,
    campaign_id BIGINT NOT NULL,
    ad_set_id BIGINT,
    results BIGINT,
    value_micros BIGINT,
    known_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id, source_id, breakdown, since_on, until_on, object_id, network, position, segment, record_no, result_kind, attribution)
);
CREATE INDEX action_facts_by_campaign ON action_facts (workspace_id, campaign_id, since_on);

-- What a changed or vanished row said before, and until when that was what was known.
CREATE TABLE fact_history (
    workspace_id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    breakdown TEXT NOT NULL,
    since_on DATE NOT NULL,
    until_on DATE NOT NULL,
    object_id BIGINT NOT NULL,
    network TEXT NOT NULL,
    position TEXT NOT NULL,
    segment TEXT NOT NULL,
    record_no BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    ad_set_id BIGINT,
    spend_micros BIGINT,
    impressions BIGINT,
    clicks BIGINT,
    link_clicks BIGINT,
    reach BIGINT,
    known_at TIMESTAMP NOT NULL,
    superseded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id, source_id, breakdown, since_on, until_on, object_id, network, position, segment, record_no, superseded_at)
);

CREATE TABLE action_fact_history (
    workspace_id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    breakdown TEXT NOT NULL,
    since_on DATE NOT NULL,
    until_on DATE NOT NULL,
    object_id BIGINT NOT NULL,
    network TEXT NOT NULL,
    position TEXT NOT NULL,
    segment TEXT NOT NULL,
    record_no BIGINT NOT NULL,
    result_kind TEXT NOT NULL,
    attribution TEXT NOT NULL,
    campaign_id BIGINT NOT NULL,
    ad_set_id BIGINT,
    results BIGINT,
    value_micros BIGINT,
    known_at TIMESTAMP NOT NULL,
    superseded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id, source_id, breakdown, since_on, until_on, object_id, network, position, segment, record_no, result_kind, attribution, superseded_at)
);

-- Sums of facts, recomputed for the touched days in the transaction that writes them.
CREATE TABLE rollups (
    workspace_id BIGINT NOT NULL,
    -- 'account', 'account_placement', 'campaign', 'campaign_placement': what the row is summed to.
    grain TEXT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    since_on DATE NOT NULL,
    until_on DATE NOT NULL,
    -- 0, '' and '' where the grain does not divide by them.
    campaign_id BIGINT NOT NULL,
    network TEXT NOT NULL,
    position TEXT NOT NULL,
    source_id BIGINT NOT NULL,
    spend_micros BIGINT,
    impressions BIGINT,
    clicks BIGINT,
    link_clicks BIGINT,
    -- Bounds of reach: the largest part and the sum of the parts.
    reach_at_least BIGINT,
    reach_at_most BIGINT,
    PRIMARY KEY (workspace_id, grain, ad_account_id, since_on, until_on, campaign_id, network, position, source_id)
);

CREATE TABLE action_rollups (
    workspace_id BIGINT NOT NULL,
    grain TEXT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    since_on DATE NOT NULL,
    until_on DATE NOT NULL,
    campaign_id BIGINT NOT NULL,
    network TEXT NOT NULL,
    position TEXT NOT NULL,
    source_id BIGINT NOT NULL,
    result_kind TEXT NOT NULL,
    attribution TEXT NOT NULL,
    results BIGINT,
    value_micros BIGINT,
    PRIMARY KEY (workspace_id, grain, ad_account_id, since_on, until_on, campaign_id, network, position, source_id, result_kind, attribution)
);

-- Reach and frequency exactly as fetched: one row a period, object and network ('' = both together, de-duplicated by Meta).
CREATE TABLE reach_facts (
    workspace_id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    since_on DATE NOT NULL,
    until_on DATE NOT NULL,
    -- 'account' with object_id 0, or 'campaign', 'ad_set'.
    level TEXT NOT NULL,
    object_id BIGINT NOT NULL,
    network TEXT NOT NULL,
    reach BIGINT NOT NULL,
    impressions BIGINT NOT NULL,
    known_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, ad_account_id, since_on, until_on, level, object_id, network)
);
