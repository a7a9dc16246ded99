"""The settings of the channels and of the engine: a wrong one is named, no secret repeated."""

import re

import pytest
from digests import MAIL_SETTINGS
from mail_server import PASSWORD

from orchestration.retention import CLOSED
from orchestration.settings import LISTS_KEPT


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"CSC_ALERT_SMTP_HOST": ""}, "CSC_ALERT_MAIL_TO is set, but CSC_ALERT_SMTP_HOST is not"),
        ({"CSC_ALERT_MAIL_TO": "performance"}, "must be e-mail addresses, not performance"),
        ({"CSC_ALERT_SMTP_PASSWORD": ""}, "Set both CSC_ALERT_SMTP_USER and CSC_ALERT_SMTP_PASSWORD, or neither"),
        ({"CSC_ALERT_SMTP_SECURITY": "none"}, "would be sent unencrypted"),
        ({"CSC_ALERT_SMTP_SECURITY": "ssl"}, "CSC_ALERT_SMTP_SECURITY is 'ssl'"),
        (
            {"CSC_ALERT_TEAMS_URL": "https://s3cret.example/"},
            "CSC_ALERT_TEAMS_URL: it should be the address",
        ),
        ({"CSC_ALERT_SLACK_URL": "s3cret"}, "CSC_ALERT_SLACK_URL: it should be the address of a Slack"),
        ({"CSC_ENGINE": "spark"}, "CSC_ENGINE is spark, but CSC_SPARK_REMOTE is not set"),
        ({"CSC_ALERT_WEBHOOK_URL": "http://s3cret.example/"}, "http:// only on this machine"),
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_repeated(configured, variables, said):
    with pytest.raises(ValueError, match=re.escape(said)) as raised:
        configured(**MAIL_SETTINGS | variables)
    assert not re.search(f"s3cret|{PASSWORD.decode()}", str(raised.value))


def test_settings_name_the_channels(configured):
    given = configured(**MAIL_SETTINGS | {"CSC_ALERT_MAIL_TO": "a@council.example, b@council.example"})
    assert given.channels.names == ["file", "mail:a@council.example", "mail:b@council.example"]
    assert given.channels.mail_server.port == 587
    assert PASSWORD.decode() not in repr(given) + repr(given.channels)


def test_retention_is_by_list_and_years(configured):
    assert configured(CSC_RETENTION_YEARS="lac:75, cpp:25").retention == {"lac": 75, "cpp": 25}
    assert tuple(CLOSED) == LISTS_KEPT
    for wrong in ("lac", "lac:0", "lac:75 cpp:25", "plans:3"):
        with pytest.raises(ValueError, match="CSC_RETENTION_YEARS is .*such as lac:75,cpp:25"):
            configured(CSC_RETENTION_YEARS=wrong)
