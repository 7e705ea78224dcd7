"""Files into contents: each content once, by the rules that hold."""

from dataclasses import replace
from pathlib import Path

import pytest

from nexy.config.code_search_section import CodeChunkingConfig, CodeIndexingConfig, CodeSearchConfig
from nexy.modules.code_search.indexing import preparing
from nexy.modules.code_search.indexing.preparing import Preparer, batches
from nexy.modules.code_search.postings.forward import decode
from nexy.modules.code_search.reading.listing import list_files
from nexy.modules.code_search.reading.model import Listed
from nexy.modules.code_search.store.model import KnownBlob
from support.code_indexing import functions
from support.source_tree import plant

CONFIG = CodeSearchConfig()


def prepared(root: Path, known: dict[bytes, KnownBlob], config: CodeSearchConfig = CONFIG) -> preparing.Prepared:
    return Preparer(root, config, known).prepare(list_files(root, config.reading).files)


def test_equal_contents_are_read_once(tmp_path: Path) -> None:
    """Two paths of one content are two files and one blob, which is known from then on."""
    plant(tmp_path, {"a.py": functions("one", "two"), "b/c.py": functions("one", "two"), "d.py": functions("three")})
    known: dict[bytes, KnownBlob] = {}
    done = prepared(tmp_path, known)
    assert [file.path for file in done.files] == ["a.py", "b/c.py", "d.py"]
    assert done.files[0].digest == done.files[1].digest != done.files[2].digest
    assert [len(blob.chunks) for blob in done.blobs] == [2, 1]
    assert {digest: one.chunks for digest, one in known.items()} == {
        blob.digest: len(blob.chunks) for blob in done.blobs
    }
    assert len(decode(done.blobs[0].forward).kinds) == 2


def test_what_is_known_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look, and one after a rename, decode nothing."""
    plant(tmp_path, {"a.py": functions("one"), "b.py": functions("two")})
    known: dict[bytes, KnownBlob] = {}
    first = prepared(tmp_path, known)
    monkeypatch.setattr(preparing, "decode", None)
    (tmp_path / "b.py").rename(tmp_path / "z.py")
    again = prepared(tmp_path, known)
    assert again.blobs == []
    assert [file.digest for file in again.files] == [file.digest for file in first.files]
    assert [file.path for file in again.files] == ["a.py", "z.py"]


def test_other_rules_make_other_contents(tmp_path: Path) -> None:
    """The same file under another size of pieces, or in another language, is another blob; its digest has 16 bytes."""
    plant(tmp_path, {"a.py": functions("one"), "b.go": functions("one")})
    one = prepared(tmp_path, {})
    other = prepared(tmp_path, {}, replace(CONFIG, chunking=CodeChunkingConfig(max_lines=20)))
    digests = [file.digest for file in (*one.files, *other.files)]
    assert len(set(digests)) == 4
    assert {len(digest) for digest in digests} == {16}


def test_secrets_are_counted_and_files_that_are_none_left_out(tmp_path: Path) -> None:
    """What shows only when it is decoded is left out by its reason, and leaves no content."""
    key = "AKIA" + "QWERTYUIOPASDFGH"
    files: dict[str, str | bytes] = {"a.py": f"KEY = '{key}'\n", "b.py": b"\x00\x01\x02", "c.js": "x" * 20_000}
    plant(tmp_path, files)
    known: dict[bytes, KnownBlob] = {}
    done = Preparer(tmp_path, CONFIG, known).prepare([Listed(path=path, size=1) for path in sorted(files)])
    assert [file.path for file in done.files] == ["a.py"]
    assert sum(done.skipped.values()) == 2
    assert [one.masked for one in known.values()] == [1]
    assert key not in done.blobs[0].chunks[0].content


def test_a_file_that_went_meanwhile_is_left_out(tmp_path: Path) -> None:
    """The run goes on with the others."""
    plant(tmp_path, {"a.py": functions("one")})
    done = Preparer(tmp_path, CONFIG, {}).prepare([Listed(path="a.py", size=1), Listed(path="gone.py", size=1)])
    assert [file.path for file in done.files] == ["a.py"]
    assert sum(done.skipped.values()) == 1


def test_batches_are_bounded_by_number_and_size() -> None:
    """In order, none empty; a file above the bound is alone."""
    files = [Listed(path=str(number), size=size) for number, size in enumerate((1, 1, 1, 50, 9, 9, 9))]
    config = CodeIndexingConfig(batch_files=2, batch_bytes=1024)
    assert [[file.size for file in batch] for batch in batches(files, config)] == [[1, 1], [1, 50], [9, 9], [9]]
    small = replace(config, batch_files=10, batch_bytes=20)
    assert [[file.size for file in batch] for batch in batches(files, small)] == [[1, 1, 1], [50], [9, 9], [9]]
    assert list(batches([], config)) == []


def test_a_better_mask_makes_other_contents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that an older rule let pass is read again, though the file is the same."""
    plant(tmp_path, {"a.py": functions("one")})
    known: dict[bytes, KnownBlob] = {}
    (old,) = prepared(tmp_path, known).files
    monkeypatch.setattr(preparing, "RULES", preparing.RULES + 1)
    again = prepared(tmp_path, known)
    assert len(again.blobs) == 1
    assert again.files[0].digest != old.digest
