//! The server: backups, restoring, and what whoever runs it has to set right.

super::entries::entries! {
    Server, No, Changed;
    restore_under_way(directory) "restore-under-way", "", "A restore is at work",
        "A restore is at work in {directory}; start again when it has ended.",
        "The server cannot open a database that is just being replaced.",
        "Wait until the restore has ended, then start the server." => Later;
    backup_name_taken(path) "backup-name-taken", "", "There is a file of this name",
        "{path} is there already; choose another name or remove it first.",
        "A backup never overwrites a file: it may be the only good one.",
        "Choose another name.";
    restore_while_running() "restore-while-running", "", "Tandem runs on this data directory",
        "Tandem runs on this data directory; stop it first.",
        "Replaced under a running server, the database would be lost.",
        "Stop the server, restore, and start it again.";
    restore_over_database(path) "restore-over-a-database", "", "There is a database already",
        "{path} is there already; say --replace to move it aside and restore.",
        "Restoring puts the backup in its place, which nobody should do by mistake.",
        "Say --replace: what is there is moved aside, not deleted.";
    backup_unreadable() "backup-unreadable", "", "The file is no backup, or damaged",
        "This file is no backup of Tandem’s, or it is damaged.",
        "It is not a file that tandem backup wrote, or was cut on its way. Nothing was changed.",
        "Check the path, or take another backup.";
    backup_of_version(version) "backup-of-another-version", "", "The backup is of another version",
        "This backup was made by version {version}; restore it with that one.",
        "This version of Tandem does not know how that one wrote backups. Nothing was changed.",
        "Restore it with the version in the message, then start the newest.";
    backup_damaged(first) "backup-damaged", "", "The backup is damaged",
        "The backup is damaged: {first}. Take another one.",
        "The database’s own check found it broken. Nothing was changed.",
        "Take another backup.";
    backup_newer(version) "backup-newer", "", "The backup is of a newer version",
        "The backup is of a newer version, {version}; restore it with that one.",
        "Its database holds changes that this version does not know. Nothing was changed.",
        "Restore it with the version in the message.";
    backup_chain_broken(workspace, seq) "backup-audit-log-broken", "", "The backup’s audit log was changed",
        "The audit log of “{workspace}” was changed: event {seq} does not fit the one before.",
        "Each event carries the fingerprint of the one before it. Somebody changed the backup, or it is damaged. Nothing was changed here.",
        "Take another backup; find out who could write to this one.";
    backup_without_key(path) "backup-without-key", "", "The backup holds no key",
        "The backup holds no key; put the key that belongs to it at {path} first.",
        "Tokens are sealed with a key, and this backup was made with --without-key. Without the key nothing could be read or published.",
        "Put the key file in place, or take a backup that holds its key.";
    backup_key_damaged() "backup-key-damaged", "", "The backup’s key is damaged",
        "The backup’s key is damaged.",
        "A key is 64 hexadecimal digits, and this is not. Nothing was changed.",
        "Take another backup, or put the key that belongs to it in place.";
    backup_key_foreign() "backup-key-of-another", "", "The key does not belong to the backup",
        "The key does not open the tokens of this backup; put the one that belongs to it in place.",
        "The tokens were sealed with another key. Nothing was changed.",
        "Put the key of the server that made the backup in place.";
    backup_foreign_file(name) "backup-foreign-file", "", "The backup holds a foreign file",
        "The backup holds a file that is none of Tandem’s: {name}.",
        "Only the key and the sandbox’s files belong into a backup beside the database. Somebody may have changed it.",
        "Take another backup; find out who could write to this one.";
}
