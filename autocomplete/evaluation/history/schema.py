"""Defines the tables of the outcome store, as migrations from an empty file to the newest version.

Invariant: a migration that was released is never changed; a newer version is a further one.
"""

from __future__ import annotations

from pathlib import Path

from autocomplete.io.sqlite_file import SqliteFile

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
CREATE TABLE delays (  -- how many pauses between keys lay in each range of lengths, see `typing_speed`
    kind TEXT NOT NULL, bin INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (kind, bin)
) WITHOUT ROWID;
"""

MIGRATIONS = (_WORDS, _DELAYS)

#: What a sound store answers without an error: every row is read.
_PROBES = (
    "SELECT sum(length(shows) + length(labels) + characters) FROM words",
    "SELECT sum(words) FROM days JOIN sources ON sources.id = source",
    "SELECT sum(n) FROM delays",
)


def outcome_file(path: Path, timeout_s: float) -> SqliteFile:
    """Return the file of an outcome store, which waits so many seconds for other programs."""
    return SqliteFile(
        path,
        APPLICATION_ID,
        MIGRATIONS,
        foreign="The outcome store is another program's database: move it away.",
        newer="The outcome store was written by a newer version: update autocomplete, or stats --forget.",
        probe=lambda connection: [connection.execute(query).fetchall() for query in _PROBES],
        pragmas=("secure_delete = ON",),
        timeout_s=timeout_s,
    )
