-- Learned amounts: what a person allows, and every decision with what it was made from.

CREATE TABLE split_settings (
    workspace_id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('propose', 'apply', 'off')),
    objective TEXT NOT NULL CHECK (objective IN ('results', 'value')),
    -- The most an ad set's amount may change in one move, basis points of it.
    step_bp BIGINT NOT NULL,
    -- The most of the campaign's budget that is moved without asking, basis points of it.
    largest_move_bp BIGINT NOT NULL,
    -- Days on which nothing moves: pairs of first and last, JSON.
    freezes TEXT NOT NULL,
    -- The number of the newest event of the log that a person has looked at.
    looked_seq BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, campaign_id),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
);

CREATE TABLE split_decisions (
    workspace_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    -- The day it is for, in the ad account's zone.
    on_day DATE NOT NULL,
    -- Platform time.
    made_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'applied', 'refused', 'superseded', 'held')),
    -- Why it is in this state, a sentence.
    reason TEXT NOT NULL,
    -- Everything the answer follows from but the figures, and those by their hash, JSON.
    inputs TEXT NOT NULL,
    -- The answer, JSON.
    proposal TEXT NOT NULL,
    -- Real time of the last change of state.
    settled_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, campaign_id, on_day),
    FOREIGN KEY (workspace_id, campaign_id) REFERENCES campaigns (workspace_id, id)
);
