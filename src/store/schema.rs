//! The tables, as diesel sees them. Written by hand to match migrations/ on both databases; a test compares them.

#![allow(missing_docs)] // column names are the documentation; migrations explain them

diesel::table! {
    users (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    workspaces (id) {
        id -> BigInt,
        name -> Text,
        kind -> Text,
        created_at -> Timestamp,
        frozen_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    naming (workspace_id) {
        workspace_id -> BigInt,
        name_campaign -> Text,
        name_ad_set -> Text,
        name_ad -> Text,
        source_facebook -> Text,
        source_instagram -> Text,
        utm_medium -> Text,
        utm_campaign -> Text,
        utm_content -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    memberships (workspace_id, user_id) {
        workspace_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sessions (token_hash) {
        token_hash -> Text,
        user_id -> BigInt,
        workspace_id -> Nullable<BigInt>,
        csrf -> Text,
        user_agent -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    setup_links (token_hash) {
        token_hash -> Text,
        created_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_tokens (token_hash) {
        token_hash -> Text,
        id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        role -> Text,
        created_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    token_makers (workspace_id, token_id) {
        workspace_id -> BigInt,
        token_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    plan_settings (workspace_id) {
        workspace_id -> BigInt,
        overdelivery_bp -> BigInt,
        learning_step_bp -> BigInt,
        needs_second -> Bool,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    raise_limits (workspace_id, subject) {
        workspace_id -> BigInt,
        subject -> Text,
        minor -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    approvals (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        kind -> Text,
        subject_id -> BigInt,
        run -> Text,
        hash -> Text,
        title -> Text,
        path -> Text,
        raises -> Text,
        sentence -> Text,
        state -> Text,
        asked_by -> Nullable<BigInt>,
        asked_name -> Text,
        asked_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_name -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    raises (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        plan_id -> BigInt,
        who -> Text,
        minor -> BigInt,
        currency -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    idempotency_keys (workspace_id, token_id, idempotency_key) {
        workspace_id -> BigInt,
        token_id -> BigInt,
        idempotency_key -> Text,
        fingerprint -> Text,
        attempt -> BigInt,
        lease_until -> Timestamp,
        written_at -> Nullable<Timestamp>,
        wrote -> Nullable<Text>,
        answer -> Nullable<Binary>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    disabled_users (user_id) {
        user_id -> BigInt,
        disabled_at -> Timestamp,
    }
}

diesel::table! {
    audit_events (workspace_id, seq) {
        workspace_id -> BigInt,
        seq -> BigInt,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        actor_name -> Text,
        via -> Text,
        action -> Text,
        subject_kind -> Text,
        subject_id -> BigInt,
        state -> Text,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        workspace_id -> Nullable<BigInt>,
        kind -> Text,
        dedupe -> Nullable<Text>,
        payload -> Text,
        priority -> Integer,
        run_at -> Timestamp,
        lease_until -> Nullable<Timestamp>,
        attempts -> Integer,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    platform_clocks (base_url) {
        base_url -> Text,
        platform_at -> Timestamp,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    connections (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        kind -> Text,
        name -> Text,
        base_url -> Text,
        token_sealed -> Binary,
        app_secret_sealed -> Nullable<Binary>,
        status -> Text,
        problem -> Nullable<Text>,
        created_at -> Timestamp,
        checked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    pending_connections (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        connection_id -> Nullable<BigInt>,
        base_url -> Text,
        token_sealed -> Binary,
        app_secret_sealed -> Nullable<Binary>,
        survey -> Text,
        made_by -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    connection_tokens (workspace_id, connection_id) {
        workspace_id -> BigInt,
        connection_id -> BigInt,
        facts -> Text,
        checked_at -> Timestamp,
    }
}

diesel::table! {
    write_permits (workspace_id, ad_account_id) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        granted_by -> BigInt,
        granted_at -> Timestamp,
    }
}

diesel::table! {
    account_health (workspace_id, ad_account_id) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        account_status -> Nullable<BigInt>,
        disable_reason -> Nullable<BigInt>,
        funding -> Text,
        funding_words -> Text,
        balance_minor -> Nullable<BigInt>,
        checked_at -> Timestamp,
    }
}

diesel::table! {
    ad_accounts (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        connection_id -> Nullable<BigInt>,
        remote_id -> Nullable<Text>,
        name -> Text,
        currency -> Text,
        zone -> Text,
        account_status -> Text,
        min_daily_minor -> Nullable<BigInt>,
        spend_cap_minor -> Nullable<BigInt>,
        amount_spent_minor -> Nullable<BigInt>,
        payor -> Text,
        beneficiary -> Text,
        created_at -> Timestamp,
        synced_at -> Nullable<Timestamp>,
        synced_since_on -> Nullable<Date>,
        synced_until_on -> Nullable<Date>,
        known_until_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    pages (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        connection_id -> BigInt,
        remote_id -> Text,
        name -> Text,
        instagram_remote_id -> Nullable<Text>,
        instagram_username -> Nullable<Text>,
    }
}

diesel::table! {
    pixels (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        ad_account_id -> BigInt,
        remote_id -> Text,
        name -> Text,
        last_fired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    pictures (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        content_hash -> Text,
        file_name -> Text,
        mime -> Text,
        width -> Integer,
        height -> Integer,
        bytes -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    campaigns (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        ad_account_id -> BigInt,
        name -> Text,
        wanted -> Text,
        form -> Text,
        definition -> Nullable<Text>,
        revision -> BigInt,
        created_by -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        published_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    ad_sets (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        campaign_id -> BigInt,
        position -> Integer,
        share -> Text,
        name -> Text,
        budget_minor -> Nullable<BigInt>,
        definition -> Text,
    }
}

diesel::table! {
    ads (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        campaign_id -> BigInt,
        ad_set_id -> BigInt,
        creative_id -> BigInt,
        position -> Integer,
        name -> Text,
        picture_id -> BigInt,
        definition -> Text,
    }
}

diesel::table! {
    observed_objects (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        ad_account_id -> BigInt,
        kind -> Text,
        remote_id -> Text,
        parent_id -> Nullable<BigInt>,
        campaign_id -> Nullable<BigInt>,
        name -> Text,
        status -> Text,
        effective_status -> Text,
        origin -> Text,
        fields -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        gone_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    plans (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        campaign_id -> Nullable<BigInt>,
        kind -> Text,
        hash -> Text,
        state -> Text,
        body -> Text,
        made_by -> BigInt,
        made_at -> Timestamp,
        approved_by -> Nullable<BigInt>,
        approved_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
        problem -> Nullable<Text>,
    }
}

diesel::table! {
    plan_steps (workspace_id, plan_id, position) {
        workspace_id -> BigInt,
        plan_id -> BigInt,
        position -> Integer,
        label -> Text,
        step -> Text,
        state -> Text,
        attempts -> Integer,
        remote_id -> Nullable<Text>,
        problem -> Nullable<Text>,
        started_at -> Nullable<Timestamp>,
        done_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    labels (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        name -> Text,
        folded -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    campaign_labels (workspace_id, label_id, campaign_id) {
        workspace_id -> BigInt,
        label_id -> BigInt,
        campaign_id -> BigInt,
    }
}

diesel::table! {
    saved_filters (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        query -> Text,
        is_default -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    plan_campaigns (workspace_id, plan_id, campaign_id) {
        workspace_id -> BigInt,
        plan_id -> BigInt,
        campaign_id -> BigInt,
    }
}

diesel::table! {
    stops (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        scope -> Text,
        made_by -> BigInt,
        made_at -> Timestamp,
        remembered -> Text,
        resumed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    ledger_postings (workspace_id, campaign_id, seq) {
        workspace_id -> BigInt,
        campaign_id -> BigInt,
        seq -> BigInt,
        ad_account_id -> BigInt,
        kind -> Text,
        on_day -> Nullable<Date>,
        at -> Timestamp,
        reason -> Text,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    ledger_lines (workspace_id, campaign_id, seq, position) {
        workspace_id -> BigInt,
        campaign_id -> BigInt,
        seq -> BigInt,
        position -> Integer,
        account -> Text,
        ad_set_id -> Nullable<BigInt>,
        currency -> Text,
        unit -> Text,
        amount -> BigInt,
    }
}

diesel::table! {
    imports (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        ad_account_id -> BigInt,
        file_name -> Text,
        content_hash -> Text,
        state -> Text,
        currency -> Text,
        since_on -> Nullable<Date>,
        until_on -> Nullable<Date>,
        records -> BigInt,
        skipped -> BigInt,
        understanding -> Text,
        created_by -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    import_rejects (workspace_id, import_id, line, column_name) {
        workspace_id -> BigInt,
        import_id -> BigInt,
        line -> BigInt,
        column_name -> Text,
        value -> Text,
        reason -> Text,
    }
}

diesel::table! {
    facts (workspace_id, ad_account_id, source_id, breakdown, since_on, until_on, object_id, network, position, segment, record_no) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        source_id -> BigInt,
        breakdown -> Text,
        since_on -> Date,
        until_on -> Date,
        object_id -> BigInt,
        network -> Text,
        position -> Text,
        segment -> Text,
        record_no -> BigInt,
        campaign_id -> BigInt,
        ad_set_id -> Nullable<BigInt>,
        spend_micros -> Nullable<BigInt>,
        impressions -> Nullable<BigInt>,
        clicks -> Nullable<BigInt>,
        link_clicks -> Nullable<BigInt>,
        reach -> Nullable<BigInt>,
        known_at -> Timestamp,
    }
}

diesel::table! {
    action_facts (workspace_id, ad_account_id, source_id, breakdown, since_on, until_on, object_id, network, position, segment, record_no, result_kind, attribution) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        source_id -> BigInt,
        breakdown -> Text,
        since_on -> Date,
        until_on -> Date,
        object_id -> BigInt,
        network -> Text,
        position -> Text,
        segment -> Text,
        record_no -> BigInt,
        result_kind -> Text,
        attribution -> Text,
        campaign_id -> BigInt,
        ad_set_id -> Nullable<BigInt>,
        results -> Nullable<BigInt>,
        value_micros -> Nullable<BigInt>,
        known_at -> Timestamp,
    }
}

diesel::table! {
    fact_history (workspace_id, ad_account_id, source_id, breakdown, since_on, until_on, object_id, network, position, segment, record_no, superseded_at) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        source_id -> BigInt,
        breakdown -> Text,
        since_on -> Date,
        until_on -> Date,
        object_id -> BigInt,
        network -> Text,
        position -> Text,
        segment -> Text,
        record_no -> BigInt,
        campaign_id -> BigInt,
        ad_set_id -> Nullable<BigInt>,
        spend_micros -> Nullable<BigInt>,
        impressions -> Nullable<BigInt>,
        clicks -> Nullable<BigInt>,
        link_clicks -> Nullable<BigInt>,
        reach -> Nullable<BigInt>,
        known_at -> Timestamp,
        superseded_at -> Timestamp,
    }
}

diesel::table! {
    action_fact_history (workspace_id, ad_account_id, source_id, breakdown, since_on, until_on, object_id, network, position, segment, record_no, result_kind, attribution, superseded_at) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        source_id -> BigInt,
        breakdown -> Text,
        since_on -> Date,
        until_on -> Date,
        object_id -> BigInt,
        network -> Text,
        position -> Text,
        segment -> Text,
        record_no -> BigInt,
        result_kind -> Text,
        attribution -> Text,
        campaign_id -> BigInt,
        ad_set_id -> Nullable<BigInt>,
        results -> Nullable<BigInt>,
        value_micros -> Nullable<BigInt>,
        known_at -> Timestamp,
        superseded_at -> Timestamp,
    }
}

diesel::table! {
    envelopes (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        name -> Text,
        currency -> Text,
        zone -> Text,
        amount_minor -> BigInt,
        tolerance_bp -> Integer,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        archived_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    envelope_members (workspace_id, envelope_id, campaign_id, since_on) {
        workspace_id -> BigInt,
        envelope_id -> BigInt,
        campaign_id -> BigInt,
        since_on -> Date,
        until_on -> Nullable<Date>,
    }
}

diesel::table! {
    rollups (workspace_id, grain, ad_account_id, since_on, until_on, campaign_id, network, position, source_id) {
        workspace_id -> BigInt,
        grain -> Text,
        ad_account_id -> BigInt,
        since_on -> Date,
        until_on -> Date,
        campaign_id -> BigInt,
        network -> Text,
        position -> Text,
        source_id -> BigInt,
        spend_micros -> Nullable<BigInt>,
        impressions -> Nullable<BigInt>,
        clicks -> Nullable<BigInt>,
        link_clicks -> Nullable<BigInt>,
        reach_at_least -> Nullable<BigInt>,
        reach_at_most -> Nullable<BigInt>,
    }
}

diesel::table! {
    action_rollups (workspace_id, grain, ad_account_id, since_on, until_on, campaign_id, network, position, source_id, result_kind, attribution) {
        workspace_id -> BigInt,
        grain -> Text,
        ad_account_id -> BigInt,
        since_on -> Date,
        until_on -> Date,
        campaign_id -> BigInt,
        network -> Text,
        position -> Text,
        source_id -> BigInt,
        result_kind -> Text,
        attribution -> Text,
        results -> Nullable<BigInt>,
        value_micros -> Nullable<BigInt>,
    }
}

diesel::table! {
    reach_facts (workspace_id, ad_account_id, since_on, until_on, level, object_id, network) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        since_on -> Date,
        until_on -> Date,
        level -> Text,
        object_id -> BigInt,
        network -> Text,
        reach -> BigInt,
        impressions -> BigInt,
        known_at -> Timestamp,
    }
}

diesel::table! {
    notices (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        kind -> Text,
        condition_key -> Text,
        title -> Text,
        sentence -> Text,
        way_out -> Text,
        path -> Text,
        raised_at -> Timestamp,
        resolved_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    notice_readers (workspace_id, user_id) {
        workspace_id -> BigInt,
        user_id -> BigInt,
        manner -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    webhooks (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        name -> Text,
        form -> Text,
        host -> Text,
        url_sealed -> Binary,
        secret_sealed -> Binary,
        manner -> Text,
        problem -> Nullable<Text>,
        created_at -> Timestamp,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    notice_messages (workspace_id, notice_id, target) {
        workspace_id -> BigInt,
        notice_id -> BigInt,
        target -> Text,
        due_at -> Timestamp,
        state -> Text,
        sent_at -> Nullable<Timestamp>,
        problem -> Nullable<Text>,
    }
}

diesel::table! {
    saved_audiences (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        name -> Text,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        archived_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    saved_audience_versions (workspace_id, audience_id, version) {
        workspace_id -> BigInt,
        audience_id -> BigInt,
        version -> Integer,
        name -> Text,
        definition -> Text,
        made_by -> Nullable<BigInt>,
        made_by_name -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    kept_objects (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        campaign_id -> BigInt,
        kind -> Text,
        parent_id -> Nullable<BigInt>,
        position -> Integer,
        definition -> Text,
    }
}

diesel::table! {
    sync_runs (workspace_id, ad_account_id) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        began_at -> Timestamp,
        platform_at -> Timestamp,
        since_on -> Date,
        until_on -> Date,
        place -> Text,
        calls -> BigInt,
        waits -> BigInt,
    }
}

diesel::table! {
    sync_pages (workspace_id, ad_account_id, position) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        position -> Integer,
        page -> Text,
    }
}

diesel::table! {
    account_checks (workspace_id, ad_account_id, on_day) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        on_day -> Date,
        theirs_micros -> Nullable<BigInt>,
        ours_micros -> Nullable<BigInt>,
        parts -> BigInt,
        checked_at -> Timestamp,
    }
}

diesel::table! {
    limits (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        covers -> Text,
        campaign_id -> Nullable<BigInt>,
        ad_account_id -> Nullable<BigInt>,
        span -> Text,
        since_on -> Nullable<Date>,
        until_on -> Nullable<Date>,
        amount_minor -> BigInt,
        currency -> Text,
        cap_minor -> Nullable<BigInt>,
        cap_since_on -> Nullable<Date>,
        created_by -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    limit_checks (workspace_id, limit_id) {
        workspace_id -> BigInt,
        limit_id -> BigInt,
        checked_at -> Timestamp,
        every_seconds -> BigInt,
        decision -> Text,
        sentence -> Text,
    }
}

diesel::table! {
    limit_holds (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        limit_id -> BigInt,
        campaign_id -> BigInt,
        ad_account_id -> BigInt,
        remote_id -> Text,
        name -> Text,
        paused_at -> Timestamp,
        reason -> Text,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    split_settings (workspace_id, campaign_id) {
        workspace_id -> BigInt,
        campaign_id -> BigInt,
        mode -> Text,
        objective -> Text,
        step_bp -> BigInt,
        largest_move_bp -> BigInt,
        freezes -> Text,
        looked_seq -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    split_decisions (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        campaign_id -> BigInt,
        on_day -> Date,
        made_at -> Timestamp,
        state -> Text,
        reason -> Text,
        inputs -> Text,
        proposal -> Text,
        settled_at -> Timestamp,
    }
}

diesel::table! {
    split_tests (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        campaign_id -> BigInt,
        copy_id -> BigInt,
        days -> BigInt,
        started_at -> Timestamp,
        began_on -> Nullable<Date>,
        until_on -> Nullable<Date>,
        kept -> Nullable<Text>,
        ending_plan_id -> Nullable<BigInt>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    settled_objects (workspace_id, id) {
        workspace_id -> BigInt,
        id -> BigInt,
        campaign_id -> BigInt,
        kind -> Text,
        fields -> Text,
        settled_at -> Timestamp,
    }
}

diesel::table! {
    drifts (workspace_id, object_id, part) {
        workspace_id -> BigInt,
        object_id -> BigInt,
        part -> Text,
        campaign_id -> BigInt,
        now -> Text,
        seen_at -> Timestamp,
        platform_at -> Timestamp,
        before_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    activities (workspace_id, ad_account_id, fingerprint) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        fingerprint -> Text,
        object_id -> BigInt,
        event -> Text,
        actor -> Text,
        extra -> Text,
        done_at -> Timestamp,
        position -> BigInt,
    }
}

diesel::table! {
    activity_reads (workspace_id, ad_account_id) {
        workspace_id -> BigInt,
        ad_account_id -> BigInt,
        until_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    notices,
    notice_readers,
    notice_messages,
    webhooks,
    users,
    workspaces,
    naming,
    memberships,
    sessions,
    setup_links,
    api_tokens,
    idempotency_keys,
    disabled_users,
    audit_events,
    jobs,
    platform_clocks,
    connections,
    pending_connections,
    connection_tokens,
    write_permits,
    account_health,
    ad_accounts,
    pages,
    pixels,
    pictures,
    campaigns,
    ad_sets,
    ads,
    observed_objects,
    plans,
    plan_steps,
    stops,
    ledger_postings,
    ledger_lines,
    imports,
    import_rejects,
    facts,
    action_facts,
    fact_history,
    action_fact_history,
    envelopes,
    envelope_members,
    rollups,
    action_rollups,
    reach_facts,
    saved_audiences,
    saved_audience_versions,
    kept_objects,
    sync_runs,
    sync_pages,
    account_checks,
    limits,
    limit_checks,
    limit_holds,
    split_settings,
    split_decisions,
    split_tests,
    settled_objects,
    drifts,
    activities,
    activity_reads,
);
