"""The tables of the outcome store, as steps from an empty file to the newest version.

Invariant: a step that was released is never changed; a newer version is a further step, and old files walk the rest of the way.
"""

from __future__ import annotations

import sqlite3

from autocomplete.errors import ConfigError

#: Marks the file as ours ("acpl"), so that another program's database is never taken for a damaged store.
APPLICATION_ID = 0x6163706C

_WORDS = """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL, place TEXT NOT NULL, mode TEXT NOT NULL,
    UNIQUE (model, place, mode)
);
CREATE TABLE days (  -- kept until forgotten: one row a day and source
    day INTEGER NOT NULL, source INTEGER NOT NULL REFERENCES sources (id),
    words INTEGER NOT NULL, characters INTEGER NOT NULL, keys INTEGER NOT NULL,
    shown INTEGER NOT NULL, correct INTEGER NOT NULL, hidden INTEGER NOT NULL, requests INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
    PRIMARY KEY (day, source)
) WITHOUT ROWID;
CREATE TABLE words (  -- the newest words, each with what any cutoff would have shown
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day INTEGER NOT NULL, source INTEGER NOT NULL REFERENCES sources (id), session INTEGER NOT NULL,
    characters INTEGER NOT NULL, keys INTEGER NOT NULL, shown INTEGER NOT NULL, correct INTEGER NOT NULL,
    hidden INTEGER NOT NULL, requests INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
    shows BLOB NOT NULL, labels BLOB NOT NULL
);
CREATE INDEX words_by_source ON words (source, id);
"""

_DELAYS = """
CREATE TABLE delays (  -- how many pauses between keys lay in each range of lengths, see `timing`
    kind TEXT NOT NULL, bin INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (kind, bin)
) WITHOUT ROWID;
"""

STEPS = (_WORDS, _DELAYS)

VERSION = len(STEPS)


def check(connection: sqlite3.Connection, *, newer: bool = False) -> None:
    """Change nothing; raise ConfigError where the file is another program's or, unless `newer`, a newer version's."""
    found = _version(connection)
    # Before its mark is read: another program may be filling the file just now, and marks it in the same transaction.
    is_empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if not is_empty and application != APPLICATION_ID:
        raise ConfigError("The outcome store is another program's database: move it away.")
    if found > VERSION and not newer:
        raise ConfigError("The outcome store was written by a newer version: update autocomplete, or stats --forget.")


def prepare(connection: sqlite3.Connection, *, version: int = VERSION) -> None:
    """Bring the file to `version`, in one transaction each step. Raises sqlite3.Error where it cannot be used."""
    for step in range(_version(connection), version):
        _take(connection, step)


def _take(connection: sqlite3.Connection, step: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if (
            int(connection.execute("PRAGMA user_version").fetchone()[0]) == step
        ):  # another process may have been quicker
            for statement in STEPS[step].split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {step + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
