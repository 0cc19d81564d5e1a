-- Plans that wait for a second person, and by how much a day each person raised spending.

CREATE TABLE approvals (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    -- 'campaign', 'bulk', 'resume' (after a stop) or 'switch_on' (a campaign made elsewhere).
    kind TEXT NOT NULL,
    -- The campaign, plan or stop it is about.
    subject_id BIGINT NOT NULL,
    -- How a campaign's plan ends: 'active' or 'paused'; empty for the others.
    run TEXT NOT NULL,
    -- The plan that was read; no other is approved.
    hash TEXT NOT NULL,
    -- What it is, in a few words.
    title TEXT NOT NULL,
    -- The page on which it is read, from the root.
    path TEXT NOT NULL,
    -- What it raises a day: JSON list of money, and in a sentence.
    raises TEXT NOT NULL,
    sentence TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'declined', 'withdrawn', 'stale')),
    -- The person behind the wish; NULL where it is not known, as of a program's token made on the machine.
    asked_by BIGINT,
    asked_name TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    decided_by BIGINT,
    decided_name TEXT,
    decided_at TIMESTAMP,
    -- Why it was declined, or what made it stale.
    reason TEXT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX approvals_by_state ON approvals (workspace_id, state, id);
CREATE INDEX approvals_by_subject ON approvals (workspace_id, kind, subject_id, id);

-- What each person raised by approving alone or as the second; limits count the last 24 hours.
CREATE TABLE raises (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    id BIGINT NOT NULL,
    plan_id BIGINT NOT NULL,
    -- 'user:' and an id; 'named:' and the name shown where no person is known.
    who TEXT NOT NULL,
    minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX raises_by_who ON raises (workspace_id, who, at);

-- Whoever made a token: limits count what it raises as theirs. No row for one that was made on the machine.
CREATE TABLE token_makers (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    token_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    PRIMARY KEY (workspace_id, token_id)
);
INSERT INTO token_makers (workspace_id, token_id, user_id)
SELECT t.workspace_id, t.id, MAX(e.actor_id)
FROM api_tokens t
JOIN audit_events e ON e.workspace_id = t.workspace_id AND e.action = 'token.created' AND e.subject_id = t.id
JOIN users u ON u.id = e.actor_id
GROUP BY t.workspace_id, t.id;
