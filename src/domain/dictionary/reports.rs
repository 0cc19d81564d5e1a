//! Files that are imported.

super::entries::entries! {
    Reports, No, Changed;
    file_missing() "file-missing", "File", "No file is chosen",
        "Choose a file first.",
        "The form was sent without a file.",
        "Choose a CSV file that Ads Manager exported.";
    file_empty() "file-empty", "File", "The file is empty",
        "The file is empty. Export the report from Ads Manager again and choose CSV.",
        "It holds nothing at all.",
        "Export the report again.";
    file_not_csv(what) "file-not-csv", "File", "The file is no CSV file",
        "This is {what}, not a CSV file. Export the report from Ads Manager again and choose CSV, or save the sheet as “CSV UTF-8”.",
        "Tandem reads text in columns.",
        "Export as CSV, or save the sheet as CSV.";
    file_encoding(line) "file-encoding", "File", "The file’s text cannot be read",
        "The text on line {line} is not UTF-8. Save the file as “CSV UTF-8”, or take the CSV that Ads Manager exports.",
        "A program saved the file in an older way of writing letters; guessing would spoil names.",
        "Save it as “CSV UTF-8”.";
    file_damaged() "file-damaged", "File", "The file is damaged",
        "The file says it is UTF-16, but its text is damaged. Export it again, or save it as “CSV UTF-8”.",
        "It was cut or changed on its way.",
        "Export it again.";
    columns_missing(missing, found) "columns-missing", "File", "Columns are missing",
        "Not found in the header: {missing}. Found: {found}. Add the missing columns in Ads Manager and export again.",
        "Without them the figures cannot be told apart or dated.",
        "Add the columns in Ads Manager and export again.";
    file_without_rows() "file-without-rows", "File", "The file has no rows",
        "The file has a header and no rows: nothing was delivered in its period. Choose a longer period in Ads Manager and export \
         again.",
        "Nothing was delivered in the period that was exported.",
        "Choose a longer period and export again.";
    file_currency(header, code) "file-currency-unknown", "File", "The file’s currency is not known",
        "“{header}” names {code}, which is not a currency that Meta's ad accounts can have.",
        "Amounts in an unknown currency cannot be counted exactly.",
        "Check the header of the column.", CURRENCIES;
    file_two_currencies(first, second, place) "file-two-currencies", "File", "The file holds two currencies",
        "The file holds two currencies, {first} and {second} ({place}). Export one ad account or one currency a file: two \
         currencies are never added.",
        "Amounts in two currencies cannot be added.",
        "Export one ad account a file.", CURRENCIES;
    file_numbers_ambiguous(example, header, thousands, decimals) "file-numbers-ambiguous", "File", "Numbers can be read in two ways",
        "“{example}” in column “{header}” may be {thousands} or {decimals}, and nothing else in the file tells which. Export again \
         with more decimals, or write the numbers without thousands separators.",
        "A comma or point before three digits may separate thousands or decimals.",
        "Write the numbers without thousands separators.";
    file_numbers_conflict(first, second) "file-numbers-conflict", "File", "Numbers are written in two ways",
        "Numbers are written in two ways: “{first}” has a decimal point and “{second}” a decimal comma. Write all of them in one \
         way, or export the file again.",
        "Read in one way, some figures would be a thousand times too large.",
        "Write all of them in one way.";
    file_dates_ambiguous(example, header) "file-dates-ambiguous", "File", "Dates can be read in two ways",
        "“{example}” in column “{header}” may be day/month or month/day, and no date in the file tells which. Write the dates as \
         year-month-day (2026-04-03).",
        "No date in the file has a day above 12.",
        "Write the dates as year-month-day.";
    file_dates_conflict(first, second) "file-dates-conflict", "File", "Dates are written in two ways",
        "Dates are written in two ways: “{first}” has the day first and “{second}” the month first. Write all of them as \
         year-month-day (2026-04-03).",
        "Read in one way, some figures would stand at the wrong month.",
        "Write all of them as year-month-day.";
    file_unreadable(why) "file-unreadable", "File", "The file cannot be read to its end",
        "The file could not be read: {why}.",
        "Reading broke off.",
        "Choose the file again." => Fresh;
    file_changed() "file-changed", "File", "The file changed while it was read",
        "The file changed while it was read; nothing was imported. Import it again.",
        "What was shown and what was read differ, so nothing was taken.",
        "Import it again." => Fresh;
    import_restarted() "import-restarted", "", "The import was interrupted",
        "Tandem was restarted during this import; nothing was kept. Import the file again.",
        "An import is taken whole or not at all.",
        "Import the file again." => Fresh;
    import_currency() "import-currency-missing", "Currency", "The file does not say its currency",
        "The file does not say its currency; choose the ad account's.",
        "Without a currency amounts mean nothing.",
        "Choose the ad account’s currency.";
}
