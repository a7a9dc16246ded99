"""SIGKILL before every change of a file of a pack: the next run knows a pack that is not whole, and makes it again."""

from killing import killed

from reporting.pack import make

MODE = 0o640


def test_a_pack_that_is_killed_between_its_files_is_never_taken_for_made(tmp_path):
    files = [tmp_path / f"scrutiny-pack.{form}" for form in ("html", "pdf", "xlsx")]
    old, new = ([f"{form} made of {stamp}".encode() for form in ("page", "print", "book")] for stamp in ("old", "new"))
    kills, seen = 0, set()
    while True:
        make._write(files, old, MODE)
        assert make._is_made(files, "old") and not make._is_made(files, "new")
        if not killed(lambda: make._write(files, new, MODE), tmp_path, kills + 1):
            break
        kills += 1
        contents = [file.read_bytes() for file in files]
        assert not make._is_made(files, "old") or contents == old
        assert not make._is_made(files, "new") or contents == new
        seen.add(contents in (old, new))
        make._write(files, new, MODE)
        assert make._is_made(files, "new")
        assert [file.name for file in sorted(tmp_path.iterdir())] == [file.name for file in files]
    assert make._is_made(files, "new")
    assert kills > 6
    assert seen == {True, False}
