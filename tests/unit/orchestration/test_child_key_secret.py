"""The secret that the children's keys are made with is needed, and made once."""

import os
import re

from click.testing import CliRunner

from orchestration import cli, env_file
from orchestration import settings as settings_module


def test_a_run_needs_a_secret_and_one_is_made_once(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("CSC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CSC_HOME", str(tmp_path))
    (tmp_path / "landing").mkdir()
    file = tmp_path / ".env"
    monkeypatch.setattr(env_file, "ENV_FILE", file)
    monkeypatch.setitem(settings_module.Settings.model_config, "env_file", file)

    def csc(*arguments: str):
        settings_module.settings.cache_clear()
        try:
            return CliRunner().invoke(cli.cli, arguments)
        finally:
            settings_module.settings.cache_clear()
            os.environ.pop("CSC_CHILD_KEY_SECRET", None)

    assert csc("run").exit_code == 1
    assert "Make one: csc secret" in csc("run").stderr
    file.write_text("CSC_SCHEDULE_DAY=7")
    assert csc("secret").exit_code == 0
    made = file.read_text()
    assert re.fullmatch(r"CSC_SCHEDULE_DAY=7\nCSC_CHILD_KEY_SECRET=[0-9a-f]{64}\n", made)
    assert "There is a secret already" in csc("secret").stderr
    assert csc("secret", "--if-none").exit_code == 0
    assert file.read_text() == made
    file.write_text("CSC_CHILD_KEY_SECRET=short")
    wrong = csc("run")
    assert wrong.exit_code == 1
    assert "CSC_CHILD_KEY_SECRET must be text of at least 32 characters" in wrong.stderr
