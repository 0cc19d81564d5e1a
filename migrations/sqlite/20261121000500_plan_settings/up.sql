-- By what a workspace weighs its plans. No row: the usual figures, and approval by one person.

CREATE TABLE plan_settings (
    workspace_id BIGINT NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    -- How far Meta may go over a daily budget on one day, in basis points.
    overdelivery_bp BIGINT NOT NULL CHECK (overdelivery_bp BETWEEN 0 AND 100000),
    -- By how much a budget may change before learning may start again, in basis points.
    learning_step_bp BIGINT NOT NULL CHECK (learning_step_bp BETWEEN 0 AND 100000),
    -- Whether what raises spending beyond a member's limit needs a second person.
    needs_second BOOLEAN NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

-- By how much a day a member, or every member of a role, may raise spending alone. No row: the role's; no row there either: the
-- owner without a limit, anybody else by nothing.
CREATE TABLE raise_limits (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    -- 'owner', 'manager', or 'user:' and an id.
    subject TEXT NOT NULL,
    -- Minor units a day; NULL for no limit, in any currency.
    minor BIGINT CHECK (minor >= 0),
    currency TEXT,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (workspace_id, subject),
    CHECK ((minor IS NULL) = (currency IS NULL))
);
