"""The secret that the children's keys are made with."""

import hmac
import os
import re

import duckdb
import pytest
from click.testing import CliRunner

from orchestration import cli
from orchestration import settings as settings_module
from orchestration.child_key_secret import padded_keys


@pytest.mark.parametrize("secret", ["short", "x" * 64, "longer than a block of SHA-256 " * 3, "naïve – ключ"])
def test_keyed_hash_agrees_with_python_for_any_secret(secret):
    with duckdb.connect() as con:
        for name, pad in zip(("csc_inner_pad", "csc_outer_pad"), padded_keys(secret), strict=True):
            con.execute(f"set variable {name} = $1", [pad])
        sql = "sha256(getvariable('csc_outer_pad') || unhex(sha256(getvariable('csc_inner_pad') || encode($1))))"
        for text in ("E09000008|1", "", "é" * 100):
            expected = hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()
            assert con.execute(f"select {sql}", [text]).fetchone() == (expected,)


def test_a_run_needs_a_secret_and_one_is_made_once(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("CSC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CSC_HOME", str(tmp_path))
    (tmp_path / "landing").mkdir()
    env_file = tmp_path / ".env"
    monkeypatch.setattr(cli, "ENV_FILE", env_file)
    monkeypatch.setitem(settings_module.Settings.model_config, "env_file", env_file)

    def csc(*arguments: str):
        settings_module.settings.cache_clear()
        try:
            return CliRunner().invoke(cli.cli, arguments)
        finally:
            settings_module.settings.cache_clear()
            os.environ.pop("CSC_CHILD_KEY_SECRET", None)

    assert csc("run").exit_code == 1 and "Make one: csc secret" in csc("run").stderr
    env_file.write_text("CSC_SCHEDULE_DAY=7")
    assert csc("secret").exit_code == 0
    made = env_file.read_text()
    assert re.fullmatch(r"CSC_SCHEDULE_DAY=7\nCSC_CHILD_KEY_SECRET=[0-9a-f]{64}\n", made)
    assert "there is a secret already" in csc("secret").stderr
    assert csc("secret", "--if-none").exit_code == 0
    assert env_file.read_text() == made
    env_file.write_text("CSC_CHILD_KEY_SECRET=short")
    wrong = csc("run")
    assert wrong.exit_code == 1 and "CSC_CHILD_KEY_SECRET is too short or no text" in wrong.stderr
