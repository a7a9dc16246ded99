"""`csc init` makes an empty warehouse, and the sample never gets into a council's own."""

import pytest

from orchestration import env_file, new_home
from orchestration.settings import Settings


@pytest.fixture
def env(tmp_path, monkeypatch):
    file = tmp_path / ".env"
    file.write_text("CSC_SCHEDULE_DAY=5\nCSC_MEMORY=1GB\n")
    monkeypatch.setattr(env_file, "ENV_FILE", file)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    return file


def test_an_empty_warehouse_has_its_folders_a_secret_and_a_schedule(configured, env):
    given = configured(CSC_AS_OF="2014-01-20")
    made = new_home.begin(given, ["Croydon", "barnet"], {"schedule_day": 8})
    assert made.is_secret_new
    assert sorted(path.name for path in given.landing_dir.iterdir()) == ["barnet", "croydon"]
    assert (given.landing_dir / "croydon" / "2013-12").is_dir()
    memory, day, secret = env.read_text().splitlines()
    assert (memory, day) == ("CSC_MEMORY=1GB", "CSC_SCHEDULE_DAY=8")
    assert env.stat().st_mode & 0o777 == 0o600
    known = configured(CSC_AS_OF="2014-02-20", CSC_CHILD_KEY_SECRET=secret.partition("=")[2])
    again = new_home.begin(known, ["bromley"], {})
    assert not again.is_secret_new
    assert (given.landing_dir / "bromley" / "2014-01").is_dir()


def test_a_misspelt_authority_is_answered_with_the_nearest_and_nothing_is_made(configured, env):
    given = configured()
    with pytest.raises(LookupError, match="Did you mean croydon?"):
        new_home.begin(given, ["croydn"], {"schedule_day": 8})
    assert not given.landing_dir.exists()
    assert "CSC_SCHEDULE_DAY=5" in env.read_text()


def test_the_sample_and_a_councils_own_data_stay_apart(configured, env):
    given = configured()
    new_home.begin(given, ["croydon"], {})
    with pytest.raises(ValueError, match="is not the sample"):
        new_home.fill_with_sample(given, print)
    assert not list(given.landing_dir.rglob("*.csv"))
    (given.landing_dir / new_home.MARK).touch()
    with pytest.raises(ValueError, match="has the sample in it"):
        new_home.begin(given, ["croydon"], {})
