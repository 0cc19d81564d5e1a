-- The ledger becomes double entry: postings with lines that sum to zero in each currency and unit.
-- What was booked as single entries is carried over, each against 'outside'.

CREATE TABLE ledger_postings (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    campaign_id BIGINT NOT NULL,
    -- 1, 2, 3, ... of the campaign, without gaps.
    seq BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('committed', 'changed', 'released', 'spent', 'restated', 'refunded')),
    -- The day the money was spent on, in the account's zone; NULL for budgets.
    on_day DATE,
    at TIMESTAMP NOT NULL,
    reason TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    -- SHA-256 over everything above and the lines; empty only between this migration and the next start.
    hash TEXT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, seq)
);
CREATE INDEX ledger_postings_by_day ON ledger_postings (workspace_id, ad_account_id, on_day);
CREATE INDEX ledger_postings_unsealed ON ledger_postings (workspace_id, campaign_id, seq) WHERE hash = '';

CREATE TABLE ledger_lines (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    position INTEGER NOT NULL,
    account TEXT NOT NULL CHECK (account IN ('outside', 'committed', 'spent')),
    -- NULL where the campaign itself carries it, or where it was booked before ad sets were told apart.
    ad_set_id BIGINT,
    currency TEXT NOT NULL,
    -- Budgets in minor units a day ('a_day') or for the whole time ('in_all'); spend in micros ('micros').
    unit TEXT NOT NULL CHECK (unit IN ('a_day', 'in_all', 'micros')),
    amount BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id, seq, position),
    FOREIGN KEY (workspace_id, campaign_id, seq) REFERENCES ledger_postings (workspace_id, campaign_id, seq)
);

INSERT INTO ledger_postings (workspace_id, campaign_id, seq, ad_account_id, kind, on_day, at, reason, previous_hash, hash)
SELECT workspace_id, campaign_id, ROW_NUMBER() OVER (PARTITION BY workspace_id, campaign_id ORDER BY id), ad_account_id, kind, on_day,
    at, reason, '', ''
FROM ledger_entries;

INSERT INTO ledger_lines (workspace_id, campaign_id, seq, position, account, ad_set_id, currency, unit, amount)
SELECT e.workspace_id, e.campaign_id, e.seq, s.position,
    CASE WHEN s.position = 1 THEN 'outside' WHEN e.micros IS NULL THEN 'committed' ELSE 'spent' END,
    e.ad_set_id, a.currency,
    CASE WHEN e.micros IS NOT NULL THEN 'micros'
        WHEN EXISTS (
            SELECT 1 FROM observed_objects o
            WHERE o.workspace_id = e.workspace_id AND o.campaign_id = e.campaign_id AND o.kind IN ('campaign', 'ad_set')
                AND o.fields LIKE '%"lifetime_budget":%' AND o.fields NOT LIKE '%"lifetime_budget":null%'
        ) THEN 'in_all'
        ELSE 'a_day' END,
    CASE WHEN s.position = 1 THEN -COALESCE(e.micros, e.minor, 0) ELSE COALESCE(e.micros, e.minor, 0) END
FROM (
    SELECT workspace_id, campaign_id, ROW_NUMBER() OVER (PARTITION BY workspace_id, campaign_id ORDER BY id) AS seq, ad_account_id,
        ad_set_id, minor, micros
    FROM ledger_entries
) AS e
JOIN ad_accounts a ON a.workspace_id = e.workspace_id AND a.id = e.ad_account_id
CROSS JOIN (SELECT 1 AS position UNION ALL SELECT 2 AS position) AS s;

DROP TABLE ledger_entries;
