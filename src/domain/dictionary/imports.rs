//! Importing: into which ad account a file goes, and what of it cannot be taken. And what reports are asked for.

super::entries::entries! {
    Reports, No, Changed;
    file_too_large(limit) "file-too-large", "File", "The file is too large",
        "The file is larger than {limit}, the limit here. Export a shorter period, or raise `max_upload`.",
        "The server takes files up to a limit, so that one upload cannot fill its disk.",
        "Export a shorter period. Whoever runs the server can raise max_upload in tandem.toml.";
    file_nothing_readable(line, reason) "file-nothing-readable", "File", "No row of the file can be read",
        "No row of the file can be read. The first problem, on line {line}: {reason}",
        "Each row has something that cannot be read, mostly the same: a date or number in another form.",
        "Solve what the message says of the first row, or export the report again.";
    file_only_summary() "file-only-a-summary", "File", "The file has a summary row alone",
        "The file has a summary row and no others. Choose a longer period in Ads Manager and export again.",
        "A row without names sums the others up, and there are no others.",
        "Export again with campaigns as rows, over a period in which something was delivered.";
    file_sums_too_large() "file-sums-too-large", "File", "The figures are too large",
        "The figures add up to more than can be counted; a column may be shifted.",
        "No ad account has spent or shown this much. A row with one separator too many shifts every figure after it.",
        "Look at the columns in a spreadsheet, or export the report again.";
    file_campaigns_too_many(most) "file-campaigns-too-many", "File", "The file names too many campaigns",
        "The file names more than {most} campaigns: the column read as campaign may be another one.",
        "No ad account has that many; it is more likely the name of something smaller, or a day.",
        "Check the headers of the file’s columns, or export one ad account a file.";
    file_rows_unreadable(count, rows, first) "file-rows-unreadable", "Leave out the rows that cannot be read", "Some rows cannot be read",
        "{count} {rows} cannot be read.{first} Leave them out, or correct the file.",
        "Nothing is left out unless somebody says so, because sums would be too small unseen.",
        "Look at the rows on the page, then tick the box, or correct the file and import it again.";
    import_account_unclear() "import-account-unclear", "Into the ad account", "It is not said where the file goes",
        "Say either “account”, one that is there, or “new_account”, a name.",
        "A file belongs to one ad account: one that is there, or a new one that only files feed.",
        "Send one of the two.";
    import_account_name() "import-account-name", "Name of a new ad account", "The new ad account has no name, or a long one",
        "Name the ad account, up to 100 characters.",
        "A new ad account that only files feed is called by this name in reports.",
        "Type the name, or choose an ad account that is there.";
    import_other_currency(currency, name, own) "import-another-currency", "Into the ad account", "The file has another currency",
        "The file is in {currency} and the ad account “{name}” in {own}; choose another account.",
        "An ad account has one currency, and two are never added.",
        "Choose the ad account that the file was exported from.", CURRENCIES;
    import_days_synced(name, from, until, since, to) "import-days-synced", "Into the ad account", "Meta has told these days already",
        "“{name}” is synced from Meta from {from} to {until}, and the file has rows from {since} to {to}. Export the days before {from} \
         only.",
        "The same money would be counted twice.",
        "Export the days before the first one that is synced, or leave the file out: what Meta says is newer.";
    import_days_imported(file, at, campaign, since, until) "import-days-imported", "Into the ad account",
        "Another file has these days already",
        "“{file}”, imported on {at}, already holds “{campaign}” from {since} to {until}. Remove that import first, or leave these days out \
         of the file.",
        "The same money would be counted twice.",
        "Remove the other import under Imports, or export other days.";
    report_parameter(name, known) "report-parameter-unknown", "", "A parameter of a report is not known",
        "There is no parameter “{name}”; it may be {known}.",
        "What nothing reads is refused, so that a mistyped filter cannot pass unnoticed and show too much.",
        "Correct the name, or choose on the page again.";
    report_to_missing() "report-last-day-missing", "", "The report’s last day is missing",
        "“from” needs “to”, the last day, written like 2026-11-28.",
        "A period of days has a first and a last one.",
        "Add the last day, or choose a period such as 28d.";
    report_from_missing() "report-first-day-missing", "", "The report’s first day is missing",
        "“to” needs “from”, the first day, written like 2026-11-01.",
        "A period of days has a first and a last one.",
        "Add the first day, or choose a period such as 28d.";
    report_account(id) "report-account-unknown", "Ad account", "The report’s ad account is not here",
        "There is no ad account {id} in this workspace.",
        "It was removed, or the link is of another workspace.",
        "Choose one of the ad accounts on the page.";
    report_currency(currency, has) "report-currency-absent", "Currency", "No ad account has this currency",
        "No ad account here is in {currency}; there is {has}.",
        "A report is in one currency, because two are never added, and none of the ad accounts has this one.",
        "Choose one of the currencies in the message.", CURRENCIES;
}
