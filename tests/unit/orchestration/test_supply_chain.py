"""What `make sbom`, `make licences` and `make audit` say of requirements.lock."""

import re
from importlib.metadata import version

import pytest

from orchestration import supply_chain
from orchestration.supply_chain import LOCK, Package, audit, audited, licences, read_lock, sbom

TEXT = """\
alpha==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via csc-warehouse (pyproject.toml)
beta[extra]==2.1.post1 ; sys_platform == 'linux' \\
    --hash=sha256:cc
    # via
    #   alpha
    #   csc-warehouse (pyproject.toml)
"""
ALPHA = Package("alpha", "1.0", ["aa", "bb"], ["csc-warehouse"])
BETA = Package("beta", "2.1.post1", ["cc"], ["alpha", "csc-warehouse"])


def test_a_lock_is_read_whole():
    assert read_lock(TEXT) == [ALPHA, BETA]


def test_every_package_of_the_real_lock_has_a_hash_and_a_reason():
    text = LOCK.read_text()
    packages = read_lock(text)
    assert len(packages) == len(re.findall(r"^\S+==", text, re.MULTILINE)) > 100
    assert sum(len(package.sha256) for package in packages) == text.count("--hash=")
    assert [package for package in packages if not package.sha256 or not package.needed_by] == []


def test_the_sbom_has_what_the_standard_requires():
    document = sbom(read_lock(LOCK.read_text()), "0.1.0")
    assert (document["bomFormat"], document["specVersion"], document["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", document["serialNumber"])
    duckdb = next(c for c in document["components"] if c["name"] == "duckdb")
    assert duckdb["purl"] == f"pkg:pypi/duckdb@{version('duckdb')}"
    for component in document["components"]:
        assert component["type"] == "library" and component["name"] and component["version"]
        assert component["licenses"][0]["license"]["name"]
        assert {h["alg"] for h in component["externalReferences"][0]["hashes"]} == {"SHA-256"}
    refs = [component["bom-ref"] for component in document["components"]]
    assert len(refs) == len(set(refs))
    assert {d["ref"] for d in document["dependencies"]} == {*refs, "csc-warehouse@0.1.0"}
    assert {ref for d in document["dependencies"] for ref in d["dependsOn"]} == set(refs)


def test_the_same_lock_gives_the_same_sbom_and_another_one_another_number():
    one, same, other = sbom([ALPHA, BETA], "1"), sbom([ALPHA, BETA], "1"), sbom([ALPHA], "1")
    assert one == same
    assert one["serialNumber"] != other["serialNumber"]
    assert one["dependencies"][1] == {"ref": "pkg:pypi/alpha@1.0", "dependsOn": ["pkg:pypi/beta@2.1.post1"]}


def test_each_package_has_a_line_with_its_licence():
    head, line, missing = licences([Package("duckdb", "1.5.5"), Package("no-such-package", "1")]).splitlines()
    assert head.split("\t") == ["package", "version", "licence"]
    assert line.split("\t") == ["duckdb", "1.5.5", "MIT License"]
    assert missing.split("\t")[2] == "not installed on this platform"


def test_an_audit_without_a_network_says_so_and_is_not_taken_for_a_good_one(monkeypatch, tmp_path):
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path))
    code, told = audit(LOCK)
    assert code == 2
    assert told.startswith("No audit was made, because its data could not be had: ")
    assert "Traceback" not in told and len(told.splitlines()) == 3


@pytest.mark.parametrize(
    ("known", "code", "line"),
    [
        ([], 0, "Packages looked at: 1. Known vulnerabilities: 0."),
        ([{"id": "PYSEC-1", "fix_versions": ["1.1"]}], 1, "alpha 1.0: PYSEC-1, fixed in 1.1"),
        ([{"id": "PYSEC-2", "fix_versions": []}], 1, "alpha 1.0: PYSEC-2, fixed in no version yet"),
    ],
)
def test_an_audit_names_each_vulnerability(known, code, line):
    report = {"dependencies": [{"name": "alpha", "version": "1.0", "vulns": known}]}
    ended, told = audited(report)
    assert (ended, told.splitlines()[0]) == (code, line)


def test_a_package_that_was_not_looked_at_is_named():
    assert "beta: not looked at, yanked" in audited({"dependencies": [{"name": "beta", "skip_reason": "yanked"}]})[1]


def test_the_sbom_is_written_where_it_is_asked_for(monkeypatch, tmp_path, capsys):
    file = tmp_path / "new" / "sbom.json"
    monkeypatch.setattr("sys.argv", ["supply_chain", "sbom", str(file)])
    supply_chain.main()
    assert file.exists() and str(file) in capsys.readouterr().out
