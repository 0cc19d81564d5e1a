CREATE TABLE ledger_entries (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    ad_account_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    ad_set_id BIGINT,
    at TIMESTAMP NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('committed', 'released', 'spent', 'restated')),
    minor BIGINT,
    micros BIGINT,
    on_day DATE,
    reason TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX ledger_entries_by_campaign ON ledger_entries (workspace_id, campaign_id, id);

INSERT INTO ledger_entries (workspace_id, id, ad_account_id, campaign_id, ad_set_id, at, kind, minor, micros, on_day, reason)
SELECT p.workspace_id, ROW_NUMBER() OVER (PARTITION BY p.workspace_id ORDER BY p.at, p.campaign_id, p.seq, l.position), p.ad_account_id,
    p.campaign_id, l.ad_set_id, p.at,
    CASE WHEN l.unit = 'micros' THEN (CASE WHEN p.kind = 'spent' THEN 'spent' ELSE 'restated' END)
        WHEN l.amount > 0 THEN 'committed' ELSE 'released' END,
    CASE WHEN l.unit = 'micros' THEN NULL ELSE l.amount END,
    CASE WHEN l.unit = 'micros' THEN l.amount ELSE NULL END,
    p.on_day, p.reason
FROM ledger_postings p
JOIN ledger_lines l ON l.workspace_id = p.workspace_id AND l.campaign_id = p.campaign_id AND l.seq = p.seq
WHERE l.account <> 'outside';

DROP TABLE ledger_lines;
DROP TABLE ledger_postings;
