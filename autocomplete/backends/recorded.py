"""Stores the answers of a model in a file: what was paid for once can be used ever after, offline and at any cutoff.

What the file holds: the likeliest next tokens of each place of a text with their probabilities, under a keyed hash of the
place. The text itself is not in it, but much of a text can be guessed from what was likely to come next, so keep the file as
you keep the text; it is readable by its owner only.

Invariant: an answer is in the file before it is used, so a run that is broken off goes on where it stopped; a damaged file is
moved aside with a notice, never deleted or trusted.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autocomplete.core.backend import Backend, Capabilities, Learner, Request
from autocomplete.core.distribution import Distribution, Usage
from autocomplete.errors import BackendUnavailable, ConfigError
from autocomplete.io.sqlite_file import Damaged, Fault, SqliteFile, fault

#: Marks a file as ours ("acrd").
APPLICATION_ID = 0x61637264

#: Seconds that a write waits for other programs.
PATIENCE_S = 10.0

_TABLES = """
    CREATE TABLE secrets (salt BLOB NOT NULL);
    CREATE TABLE models (model TEXT PRIMARY KEY, capabilities TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE answers (place BLOB PRIMARY KEY, answer BLOB NOT NULL) WITHOUT ROWID;
"""

#: How every database of SQLite begins: what begins otherwise is another's file.
_BEGINNING = b"SQLite format 3\0"


class AnswerMissing(BackendUnavailable):
    """Offline, and the answer was never recorded."""


class RecordedBackend:
    """A backend whose answers are stored in the file `path`, made where there is none.

    `inner`: the model. `version`: tells apart models of one name, such as by the address they run at; by default where
    `inner` runs. `offline`: nothing is asked; what is not in the file raises `AnswerMissing`. `asked` counts
    requests passed on, `missing` those that nobody answered. `notice`: one line for the user about the file, "" for none.

    Raises ConfigError where the file cannot be used, or `inner` learns: its answers are no function of the question.
    """

    def __init__(self, inner: Backend, path: Path, *, version: str | None = None, offline: bool = False) -> None:
        if isinstance(inner, Learner):
            raise ConfigError(f"Answers of {inner.name!r} cannot be recorded: it learns, so they change.")
        self._inner, self._path, self._offline = inner, path, offline
        self._model = f"{inner.name}\n{inner.capabilities.where if version is None else version}"
        self.notice = ""
        self.asked = self.missing = 0
        self._missed: set[bytes] = set()
        self._counts = False
        self._file = SqliteFile(
            path,
            APPLICATION_ID,
            (_TABLES,),
            foreign=f"{path} is another program's database: name another file for the recording.",
            newer=f"The recording {path} was made by a newer version: update autocomplete.",
            fill=lambda new: new.execute("INSERT INTO secrets VALUES (?)", (secrets.token_bytes(32),)),
            probe=_salt,
            timeout_s=PATIENCE_S,
        )
        self._connection, self._salt = self._opened()
        self._able = self._recorded_capabilities()

    @property
    def name(self) -> str:
        """The model's name."""
        return self._inner.name

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do: as recorded with its answers, until it has answered here."""
        return self._able or self._inner.capabilities

    async def next_tokens(self, request: Request) -> Distribution:
        """Return the answer from the file, else from the model, noting it first. Raises AnswerMissing or as the model does."""
        row = self._query("SELECT answer FROM answers WHERE place = ?", self._place(request))
        if row is not None:
            return unpacked(row[0])
        if self._offline:
            return self._missing(request)
        self.asked += 1
        answer = await self._inner.next_tokens(request)
        able = self._inner.capabilities
        if able != self._able:  # what a model can do may show in its first answers
            self._able = able
            self._query("INSERT OR REPLACE INTO models VALUES (?, ?)", self._model, json.dumps(asdict(able)))
        self._query("INSERT OR REPLACE INTO answers VALUES (?, ?)", self._place(request), packed(answer))
        return answer

    def _missing(self, request: Request) -> Distribution:
        self._missed.add(self._place(request))
        self.missing = len(self._missed)
        if self._counts:
            return Distribution((), 1.0)
        raise missing_answers(self, self.missing)

    async def aclose(self) -> None:
        """Close the file, and the model."""
        self._connection.close()
        await self._inner.aclose()

    def __len__(self) -> int:
        """Return how many answers the file holds, of all models."""
        row = self._query("SELECT count(*) FROM answers")
        return int(row[0]) if row else 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count missing answers in `missing` while this lasts; each stands as one that knows nothing."""
        self._counts = True
        try:
            yield
        finally:
            self._counts = False

    def _place(self, request: Request) -> bytes:
        filters = self.capabilities.filters
        beyond = (request.starts_with, request.wanted) if filters else (b"", b"")
        parts = (self._model.encode(), request.context.encode("utf-8", "surrogatepass"), *beyond)
        digest = hashlib.blake2b(key=self._salt, digest_size=16)
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.digest()

    def _recorded_capabilities(self) -> Capabilities | None:
        row = self._query("SELECT capabilities FROM models WHERE model = ?", self._model)
        return None if row is None else Capabilities(**{**json.loads(row[0]), "address": self._inner.capabilities.address})

    def _query(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        """Return the first row that a statement gives, None where it gives none. Raises ConfigError where that fails."""
        try:
            row: tuple[Any, ...] | None = self._connection.execute(statement, values).fetchone()
        except sqlite3.Error as exc:
            raise self._refused(exc) from exc
        return row

    def _refused(self, exc: Exception) -> ConfigError:
        answered = "What was answered before is in it."
        kind = fault(exc) if isinstance(exc, sqlite3.Error) else Fault.OTHER
        if kind is Fault.FULL:
            return ConfigError(f"There is no room for the recording {self._path}: free some space. {answered}")
        if kind is Fault.LOCKED or isinstance(exc, TimeoutError):
            return ConfigError(f"Another program holds the recording {self._path}: try again later. {answered}")
        if isinstance(exc, OSError):
            return ConfigError(f"Cannot write {self._path}: {exc.strerror}.")
        return ConfigError(f"The recording {self._path} cannot be used: {exc}. Move it away, and record again.")

    def _opened(self) -> tuple[sqlite3.Connection, bytes]:
        if self._offline and not self._path.exists():
            raise ConfigError(f"There is no recording {self._path} to replay offline: record once with the model.")
        if not _may_be_database(self._path):
            raise ConfigError(f"{self._path} is no recording: name another file.")
        try:
            try:
                return self._open()
            except Damaged:
                if (aside := self._file.set_aside()) is not None:
                    self.notice = f"The recording was damaged: it lies in {aside.name} now, and a new one was begun."
                return self._open()
        except (Damaged, sqlite3.Error, OSError) as exc:
            raise self._refused(exc) from exc

    def _open(self) -> tuple[sqlite3.Connection, bytes]:
        connection = self._file.open()
        try:
            self._file.verify(connection)
            return connection, _salt(connection)
        except BaseException:
            connection.close()
            raise


def _salt(connection: sqlite3.Connection) -> bytes:
    row = connection.execute("SELECT salt FROM secrets").fetchone()
    if row is None:
        raise Damaged("no secret")
    return bytes(row[0])


def _may_be_database(path: Path) -> bool:
    """Return whether a file begins like a database, is empty, or does not exist."""
    try:
        with path.open("rb") as file:
            return file.read(len(_BEGINNING)) in (b"", _BEGINNING)
    except FileNotFoundError:
        return True
    except OSError as exc:
        raise ConfigError(f"Cannot read {path}: {exc.strerror}.") from exc


def missing_answers(backend: RecordedBackend, n: int) -> AnswerMissing:
    """Return the error that says how many answers are missing at least."""
    answers = "1 answer" if n == 1 else f"{n} answers"
    return AnswerMissing(
        f"Offline, and the recording lacks at least {answers} of {backend.name}: run once without offline to add them."
    )


def packed(answer: Distribution) -> bytes:
    """Return an answer as bytes, with every number exact."""
    tokens = [[token.decode("latin-1"), probability] for token, probability in answer.tokens]
    usage = [answer.usage.prompt_tokens, answer.usage.completion_tokens]
    return zlib.compress(json.dumps([tokens, answer.residual, answer.end, answer.whole_words, usage]).encode())


def unpacked(data: bytes) -> Distribution:
    """Return the answer that `packed` turned into bytes.

    >>> answer = Distribution(((b" \\xc3", 0.1), (b"a", 1 / 3)), 0.5, usage=Usage(7, 1))
    >>> unpacked(packed(answer)) == answer, unpacked(packed(answer)).usage
    (True, Usage(prompt_tokens=7, completion_tokens=1))
    """
    tokens, residual, end, whole_words, usage = json.loads(zlib.decompress(data))
    pairs = tuple((token.encode("latin-1"), probability) for token, probability in tokens)
    return Distribution(pairs, residual, end, whole_words, Usage(*usage))
