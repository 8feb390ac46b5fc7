"""`autocomplete train`: models in any language from any text, and nothing half-made from what is none."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from autocomplete.embedded.array_file import load
from tests.cli.commands.running import GERMAN, Outcome, Run
from tests.support.disk import most_bytes

LINES = GERMAN.encode()


def train(run: Run, *paths: object, out: object = "m.ngram", options: tuple[object, ...] = ()) -> Outcome:
    return run("train", "--from", *paths, "--out", out, "--no-calibration", *options)


def test_a_model_that_was_trained_is_used(run: Run, text: Path) -> None:
    done = train(run, text)
    assert (done.code, done.err) == (0, "")
    assert "autocomplete --model m.ngram" in done.out
    suggested = run("suggest", "Über die Str", "--model", "m.ngram")
    assert suggested.out.splitlines()[0] == "Über die Str[aße]"
    assert "m, 1 request" in suggested.out
    assert run("explain", "Die Leute grü", "--model", "m.ngram").code == 0


def test_the_same_text_gives_the_same_file(run: Run, text: Path) -> None:
    train(run, text, out="a.ngram")
    train(run, text, out="b.ngram", options=("--processes", 2))
    assert Path("a.ngram").read_bytes() == Path("b.ngram").read_bytes()


@pytest.mark.parametrize(
    "pack",
    [
        lzma.compress,
        gzip.compress,
        bz2.compress,
        lambda data: codecs.BOM_UTF8 + data,
        lambda data: data.decode().encode("utf-16"),
        lambda data: data.decode().encode("utf-32"),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: data.decode().replace("ü", "u\u0308").encode(),
    ],
    ids=["xz", "gz", "bz2", "mark", "utf-16", "utf-32", "CRLF", "CR", "decomposed"],
)
def test_the_way_a_text_is_packed_changes_nothing(run: Run, text: Path, pack: Callable[[bytes], bytes]) -> None:
    Path("packed").write_bytes(pack(LINES))
    train(run, text, out="a.ngram")
    assert train(run, "packed", out="b.ngram").code == 0
    a, b = load(Path("a.ngram")), load(Path("b.ngram"))
    assert all(a.arrays[name].tobytes() == b.arrays[name].tobytes() for name in a.arrays)


def test_an_encoding_can_be_named(run: Run) -> None:
    Path("old.txt").write_bytes(GERMAN.encode("latin-1"))
    assert train(run, "old.txt", options=("--encoding", "latin-1")).code == 0
    assert run("suggest", "Über die Str", "--model", "m.ngram").out.startswith("Über die Str[aße]")


def test_a_folder_stands_for_its_text_files(run: Run, text: Path) -> None:
    folder = Path("texts/inner")
    folder.mkdir(parents=True)
    (folder / "a.txt").write_bytes(LINES)
    (folder / "b.txt.gz").write_bytes(gzip.compress(LINES))
    (folder / "picture.png").write_bytes(b"\x89PNG\0")
    assert train(run, "texts").code == 0
    sources = load(Path("m.ngram")).facts["sources"]
    assert [source["name"] for source in sources] == ["inner/a.txt", "inner/b.txt.gz"]


def test_standard_input_is_read_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINES)))
    assert train(run, "-").code == 0
    assert load(Path("m.ngram")).facts["sources"][0]["name"] == "standard input"


BAD = [
    (b"", "0 words"),
    (b"\n \n", "0 words"),
    (b"only a few words", "hold 4 words; a model needs 1000"),
    (b"\x89PNG\r\n\x1a\n" + bytes(100), "It is no text"),
    (b"\x89PNG\r\n\x1a\n" + b"\x01" * 100, "not UTF-8 text"),
    (b"ELF" + bytes(100), "line 1: NUL"),
    (LINES + b"\xe9t\xe9\n", "line 70 (byte "),
    (b"caf\xe9", "line 1 (byte 3): 0xe9 is not UTF-8 text. Name the encoding"),
    (LINES.decode().encode("utf-16-le"), "line 1: NUL characters"),
    (gzip.compress(LINES, mtime=0)[:-20], "cannot be decompressed"),
    (lzma.compress(LINES)[:-20], "cannot be decompressed"),
    (gzip.compress(LINES, mtime=0)[:40] + bytes(60), "cannot be decompressed"),
    (codecs.BOM_UTF16_LE + b"a", "not UTF-16"),
]


@pytest.mark.parametrize(("data", "says"), BAD, ids=range(len(BAD)))  # names of bytes would not be the same everywhere
def test_what_is_no_text_is_refused_in_one_line(run: Run, data: bytes, says: str) -> None:
    Path("bad").write_bytes(data)
    train(run, "bad").assert_refused(says)
    assert not Path("m.ngram").exists()


def test_files_that_cannot_be_used_are_refused(run: Run, text: Path) -> None:
    train(run, "missing.txt").assert_refused("Cannot read missing.txt: No such file")
    Path("empty").mkdir()
    train(run, "empty").assert_refused("no text files")
    train(run, text, "./text.txt").assert_refused("given twice")


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("m.bin", "ends in .ngram"),
        ("no/folder/m.ngram", "There is no folder no/folder"),
        ("folder.ngram", "is a folder"),
        ("text.ngram", "is one of the texts"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read(run: Run, out: str, says: str) -> None:
    Path("folder.ngram").mkdir()
    Path("text.ngram").write_bytes(LINES)
    train(run, "text.ngram", out=out).assert_refused(says)
    assert Path("text.ngram").read_bytes() == LINES


@pytest.mark.parametrize(
    "options",
    [
        ("--order", 1),
        ("--order", 9),
        ("--order", "x"),
        ("--vocabulary", 70_000),
        ("--vocabulary", 3),
        ("--min-count", 0),
        ("--prune", -1),
        ("--prune", "nan"),
        ("--encoding", "klingon"),
        ("--encoding", "hex"),
    ],
)
def test_settings_that_cannot_be_are_refused(run: Run, text: Path, options: tuple[object, ...]) -> None:
    train(run, text, options=options).assert_refused()


def test_a_full_disk_leaves_the_old_model(run: Run, text: Path) -> None:
    train(run, text)
    before = Path("m.ngram").read_bytes()
    with most_bytes(10_000):
        train(run, text).assert_refused("Cannot write m.ngram: File too large", "make room")
    assert Path("m.ngram").read_bytes() == before
    assert sorted(path.name for path in Path().iterdir()) == ["m.ngram", "text.txt"]


def test_ctrl_c_leaves_the_old_model_and_nothing_else(home: Path) -> None:
    Path("m.ngram").write_bytes(b"old")
    Path("t").mkdir()
    command = [str(Path(sys.executable).with_name("autocomplete")), "train", "--from", "-", "--out", "m.ngram"]
    environment = os.environ | {"TMPDIR": str(home / "t")}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a background job is begun with it ignored
    ) as process:
        while not list(Path("t").glob("*/*")):  # until it keeps what it reads
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.wait(60)
        assert process.stderr is not None
        assert (process.returncode, process.stderr.read().strip()) == (130, b"")
    assert Path("m.ngram").read_bytes() == b"old"
    assert sorted(path.name for path in home.iterdir()) == ["m.ngram", "t"]
    assert not list(Path("t").iterdir())


def test_a_line_without_an_end_is_read(run: Run) -> None:
    Path("line.txt").write_text(GERMAN.replace("\n", " ") * 20, encoding="utf-8")
    Path("noise.txt").write_bytes(b"x" * 1_000_000)
    assert train(run, "line.txt", "noise.txt").code == 0


@pytest.mark.slow
def test_a_line_of_100_mb_takes_bounded_memory(home: Path) -> None:
    sentence = GERMAN.replace("\n", " ").encode()
    with Path("line.txt").open("wb") as file:
        file.writelines(sentence for _ in range(100_000_000 // len(sentence)))
    code = (
        "import resource; from autocomplete.cli.main import main\n"
        "try: main(['train', '--from', 'line.txt', '--out', 'm.ngram', '--no-calibration'])\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) < 4_000_000  # kilobytes


def test_a_model_of_ones_own_needs_no_server(run: Run, text: Path, home: Path) -> None:
    train(run, text)
    run("suggest", "Die", "--model", "m.ngram", "--base-url", "http://127.0.0.1:9/v1").assert_refused("base URL")
    settings = home / "home" / "autocomplete"
    settings.mkdir(parents=True)
    (settings / "settings.toml").write_text('model = "openai:m"\nbase_url = "http://127.0.0.1:9/v1"\n', encoding="utf-8")
    assert run("suggest", "Die", "--model", "m.ngram").code == 0
